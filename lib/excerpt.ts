const MAX_LENGTH = 200;

/**
 * A JWT, whole or cut short: a header in base64url that starts with `{"`, or three parts, the last of them a signature;
 * an API key with any prefix, whole or cut short; a PEM. The lookbehind keeps the time linear.
 */
const CREDENTIALS =
  /eyJ[\w-]{5,}(?:\.[\w-]*){0,4}|(?<![\w-])[\w-]{8,}\.[\w-]{8,}\.[\w-]{40,}|sp_[\w-]{8,}|[0-9A-Za-z]{17}_[0-9A-Za-z]{40,}|(?<![0-9A-Za-z])[0-9A-Za-z]{17}_[0-9A-Za-z]{8,}|-----BEGIN [A-Z ]+-----.*/gi;

/**
 * A value from outside, safe for an event or a log: at most 200 characters, no control characters, and nothing that
 * looks like a credential.
 */
export function excerpt(value: unknown): string | undefined {
  if (value === undefined) return undefined;
  const text = typeof value === 'string' ? value : written(value);
  // Only twice the length is searched, so that the time does not grow with the text.
  return text
    .slice(0, 2 * MAX_LENGTH)
    .replace(/[\p{C}\p{Zl}\p{Zp}]/gu, '')
    .replace(CREDENTIALS, '[redacted]')
    .slice(0, MAX_LENGTH)
    .toWellFormed();
}

/** JSON.stringify is recursive, and unverified input may be nested so deep that it throws. */
function written(value: unknown): string {
  try {
    return JSON.stringify(value);
  } catch (error) {
    if (error instanceof RangeError) return 'nested too deep to be shown';
    throw error;
  }
}
