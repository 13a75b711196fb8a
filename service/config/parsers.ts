import { isAddressRange } from 'sallyport';
import { z } from 'zod';

/** Parser of one variable. Error messages say what was expected, never the value, which may be a secret. */
export type Variable<T> = z.ZodType<T, string | undefined>;

export function optional<T>(
  expected: string,
  parse: (text: string) => T | undefined,
): Variable<T | undefined> {
  return z.string().transform(orIssue(expected, parse)).optional();
}

export function withDefault<T>(
  standard: T,
  expected: string,
  parse: (text: string) => T | undefined,
): Variable<T> {
  return optional(expected, parse).transform((value) => value ?? standard);
}

export function integer(standard: number, min: number, max?: number): Variable<number> {
  return optionalInteger(min, max).transform((value) => value ?? standard);
}

export function optionalInteger(min: number, max = Number.MAX_SAFE_INTEGER): Variable<number | undefined> {
  const range =
    max === Number.MAX_SAFE_INTEGER ? `${String(min)} or more` : `${String(min)} to ${String(max)}`;
  return optional(`a whole number, ${range}`, (text) => {
    const value = /^\d{1,15}$/.test(text) ? Number(text) : NaN;
    return value >= min && value <= max ? value : undefined;
  });
}

export function flag(standard: boolean): Variable<boolean> {
  return withDefault(standard, 'true or false', (text) =>
    text === 'true' ? true : text === 'false' ? false : undefined,
  );
}

export function commaList(text: string): readonly string[] | undefined {
  const entries = text.split(',').map((entry) => entry.trim());
  return entries.every((entry) => entry !== '') ? Object.freeze(entries) : undefined;
}

/**
 * Origins as browsers send them (RFC 6454 section 6.2), http and https only: any sandboxed page has the origin `null`.
 */
export function originList(text: string): readonly string[] | undefined {
  const entries = commaList(text);
  return entries?.every(isOrigin) ? entries : undefined;
}

function isOrigin(text: string): boolean {
  return /^https?:[^*]+$/.test(text) && URL.canParse(text) && new URL(text).origin === text;
}

/** Addresses and CIDR ranges, for RATE_LIMIT_EXEMPT and TRUST_PROXY. */
export function addressList(text: string): readonly string[] | undefined {
  const entries = commaList(text);
  return entries?.every((entry) => isAddressRange(entry)) ? entries : undefined;
}

/** An http or https URL without credentials and fragment. plain-http.ts checks whether http is allowed. */
export function webUrl(text: string): string | undefined {
  if (!URL.canParse(text)) return undefined;
  const { protocol, username, password, hash } = new URL(text);
  if (username !== '' || password !== '' || hash !== '') return undefined;
  return protocol === 'https:' || protocol === 'http:' ? text : undefined;
}

function orIssue<T>(expected: string, parse: (text: string) => T | undefined) {
  return (text: string, context: z.RefinementCtx): T => {
    const value = parse(text);
    if (value !== undefined) return value;
    context.addIssue({ code: 'custom', message: `is wrong; expected ${expected}` });
    return z.NEVER;
  };
}
