import type { RevokedBy } from './revocation-store';
import type { RevocationTarget } from './revocations';

const KINDS: Readonly<Record<RevokedBy, true>> = {
  jti: true,
  sid: true,
  token: true,
  key: true,
  subject: true,
};

/**
 * Refuses a target that would revoke nothing, such as the `sid` of a token that has none. Called before the target is
 * stored: an entry that instances cannot read would make their reads fail, and with them all checks.
 */
export function checkTarget({ by, issuer, value, ...more }: RevocationTarget): void {
  if (!Object.hasOwn(KINDS, by)) throw misuse('by', `one of ${Object.keys(KINDS).join(', ')}`);
  if (!isName(issuer)) throw misuse('issuer', 'a non-empty string');
  if (!isName(value)) throw misuse('value', 'a non-empty string');
  const { expiresAt, at, deleted } = more;
  if (expiresAt !== undefined && !Number.isFinite(expiresAt)) {
    throw misuse('expiresAt', 'seconds since the epoch');
  }
  if (deleted !== undefined && (typeof deleted !== 'boolean' || (deleted && by !== 'key'))) {
    throw misuse('deleted', 'true for keys only, or false');
  }
  if (at !== undefined && !Number.isFinite(at)) throw misuse('at', 'milliseconds since the epoch');
}

function isName(value: unknown): boolean {
  return typeof value === 'string' && value !== '';
}

function misuse(member: string, expected: string): TypeError {
  return new TypeError(`revoke: "${member}" must be ${expected}`);
}
