const MAX_LENGTH = 200;

/**
 * A JWT, whole or cut short: the header is base64url of `{"`, or three parts of which the last is a signature; an API key, whole or cut
 * short, whatever its prefix; a PEM.
 * The lookbehind keeps it linear.
 */
const CREDENTIALS =
  /eyJ[\w-]{5,}(?:\.[\w-]*){0,4}|(?<![\w-])[\w-]{8,}\.[\w-]{8,}\.[\w-]{40,}|sp_[\w-]{8,}|[0-9A-Za-z]{17}_[0-9A-Za-z]{40,}|(?<![0-9A-Za-z])[0-9A-Za-z]{17}_[0-9A-Za-z]{8,}|-----BEGIN [A-Z ]+-----.*/gi;

/**
 * What others wrote, as an event or a log may repeat it: at most 200 characters, none of which steers a terminal, and
 * nothing that looks like a credential.
 */
export function excerpt(value: unknown): string | undefined {
  if (value === undefined) return undefined;
  const text = typeof value === 'string' ? value : written(value);
  // Twice as much is looked at, lest a text of megabytes be searched whole.
  return text
    .slice(0, 2 * MAX_LENGTH)
    .replace(/[\p{C}\p{Zl}\p{Zp}]/gu, '')
    .replace(CREDENTIALS, '[redacted]')
    .slice(0, MAX_LENGTH)
    .toWellFormed();
}

/** JSON.stringify is recursive, and what is not verified yet may be nested as deep as a token is long. */
function written(value: unknown): string {
  try {
    return JSON.stringify(value);
  } catch (error) {
    if (error instanceof RangeError) return 'nested too deep to be shown';
    throw error;
  }
}
