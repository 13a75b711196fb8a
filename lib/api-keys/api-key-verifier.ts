import { timingSafeEqual } from 'node:crypto';
import { whileWanted } from '../abort';
import type { Auth, JwtPayload, Verifier } from '../auth';
import { InvalidTokenError, WRONG_API_KEY } from '../errors';
import type { OnEvent } from '../events';
import { refuseUnknown } from '../options';
import { vouch } from '../provenance';
import { guarded } from '../stores/guarded';
import { apiKeyIdOf, hashOf } from './api-key-format';
import type { ApiKeyRecord, ApiKeyStore } from './api-key-store';
import { useNotes } from './use-notes';

export interface ApiKeyVerifierOptions {
  readonly keys: ApiKeyStore;
  readonly onEvent?: OnEvent;
  /** Milliseconds since the epoch. Default `Date.now`. */
  readonly now?: () => number;
}

/** A cached result is verified again after this time at the latest: a rotation moves `expiresAt` to an earlier time. */
const RECHECKED_MS = 60_000;

/** No key has this hash: an unknown id takes the same steps, and so the same time, as a wrong secret. */
const NO_HASH = '0'.repeat(64);

/**
 * Verifies API keys. Every refusal has the same answer, whatever the reason. Does not check the addresses that a key
 * may be used from: `authenticate` does; if you call this without it, check `provenanceOf(auth)?.addresses`.
 *
 * @throws {InvalidTokenError} 401 `api_key`. `proven` is set for a valid key that has expired.
 * @throws {StoreUnavailableError} 503.
 *
 * @example
 * const verify = apiKeyVerifier({ keys: memoryApiKeys() });
 */
export function apiKeyVerifier(options: ApiKeyVerifierOptions): Verifier {
  refuseUnknown('apiKeyVerifier', options, ['keys', 'onEvent', 'now']);
  const { now = () => Date.now(), onEvent } = options;
  if (typeof (options.keys as Partial<ApiKeyStore> | undefined)?.find !== 'function') {
    throw new TypeError('apiKeyVerifier: "keys" must be an API key store');
  }
  const keys = guarded(options.keys, { name: 'api-keys', ...(onEvent && { onEvent }) });
  const noteUse = useNotes(keys, now);

  return async function verifyApiKey(key, signal) {
    const id = apiKeyIdOf(key);
    if (id === undefined) throw refusal();
    const record = await whileWanted(keys.find(id), signal);
    const right = equal(hashOf(key), record?.hash ?? NO_HASH);
    if (!record || !right) throw refusal();
    if (record.expiresAt !== undefined && record.expiresAt <= now()) throw refusal(record);
    if (!record.addresses) noteUse(record);
    return proof(record, { validUntil: now() + RECHECKED_MS, noteUse: once(() => noteUse(record)) });
  };
}

/** A cached result serves many requests, and the `lastUsedAt` that it was made with is out of date after the first. */
function once(act: () => void): () => void {
  let isDone = false;
  return () => {
    if (isDone) return;
    isDone = true;
    act();
  };
}

function equal(hash: string, expected: string): boolean {
  const [a, b] = [Buffer.from(hash), Buffer.from(expected)];
  return a.length === b.length && timingSafeEqual(a, b);
}

function refusal(record?: ApiKeyRecord): InvalidTokenError {
  const proven = record && { issuer: record.issuer, subject: record.subject };
  return new InvalidTokenError('api_key', WRONG_API_KEY, proven && { proven });
}

interface Verdict {
  /** Milliseconds since the epoch. */
  readonly validUntil: number;
  readonly noteUse: () => void;
}

/** Gives the key the claims of a token, so that guards that check claims work for both. */
function proof(record: ApiKeyRecord, { validUntil, noteUse }: Verdict): Auth {
  const { id, issuer, subject, scopes, createdAt, grantedAt = createdAt } = record;
  const { addresses, organization } = record;
  const expiresAt = record.expiresAt === undefined ? undefined : Math.floor(record.expiresAt / 1000);
  const payload: JwtPayload = {
    iss: issuer,
    sub: subject,
    scope: scopes.join(' '),
    ...(expiresAt !== undefined && { exp: expiresAt }),
    ...(organization !== undefined && { org_id: organization }),
  };
  const auth: Auth = {
    kind: 'api-key',
    issuer,
    subject,
    scopes: Object.freeze([...scopes]),
    // Roles belong to the user; a key has scopes only.
    roles: Object.freeze([]),
    expiresAt,
    payload: Object.freeze(payload),
    header: Object.freeze({}),
  };
  return vouch(auth, {
    keyId: id,
    keyCreatedAt: grantedAt / 1000,
    stillHolds: () => true,
    validUntil,
    ...(addresses && { addresses, noteUse }),
  });
}
