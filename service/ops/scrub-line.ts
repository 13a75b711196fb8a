import { scrub } from './scrub';

const SECRET_FIELDS = [
  'authorization',
  'proxy-authorization',
  'x-api-key',
  'dpop',
  'cookie',
  'set-cookie',
  'body',
  'token',
  'access_token',
  'id_token',
  'refresh_token',
  'key',
  'password',
  'secret',
] as const;

const FIELD_NAMES = `"(?:${SECRET_FIELDS.join('|')})":`;
const HAS_SECRET_FIELD = new RegExp(FIELD_NAMES, 'i');
/**
 * Matches everything that could be, contain or encode a credential. Most lines do not match, and cost only this test.
 */
const SUSPECT = new RegExp(
  `[%\\\\]|eyj|sp_|whsec_|//|\\.[\\w-]{40}|[0-9a-z]{17}_[0-9a-z]{8}|\\b(?:bearer|basic|dpop)\\b|${FIELD_NAMES}`,
  'i',
);
const STRING = /"[^"\\]*(?:\\.[^"\\]*)*"/g;

/**
 * Removes credentials from a finished line of JSON. Fields whose name stands for a secret are replaced as a whole; in
 * all other strings, including names, everything that looks like a credential is replaced.
 */
export function scrubLine(line: string): string {
  if (!SUSPECT.test(line)) return line;
  return withoutSecretFields(line).replace(STRING, scrubString);
}

function withoutSecretFields(line: string): string {
  if (!HAS_SECRET_FIELD.test(line)) return line;
  const secret: ReadonlySet<string> = new Set(SECRET_FIELDS);
  const object: unknown = JSON.parse(line, (name, value: unknown) =>
    secret.has(name.toLowerCase()) ? '[redacted]' : value,
  );
  return `${JSON.stringify(object)}\n`;
}

function scrubString(literal: string): string {
  const text = JSON.parse(literal) as string;
  const scrubbed = scrub(text);
  return scrubbed === text ? literal : JSON.stringify(scrubbed);
}
