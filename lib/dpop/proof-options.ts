import { ALGORITHMS, isAlgorithm, type Algorithm } from '../keys/algorithms';
import { hasMethods, isList, refuseUnknown } from '../options';
import type { DpopNonces } from './nonces';
import { normalTarget } from './target-uri';

/** How DPoP proofs are verified (RFC 9449 section 4.3). */
export interface DpopSettings {
  /** True accepts bound tokens under the scheme DPoP only. Default false: Bearer tokens too. */
  readonly required?: boolean;
  /** Signature algorithms that a proof may use. Default: ES256, ES384, EdDSA, Ed25519, PS256 and RS256. */
  readonly algorithms?: readonly Algorithm[];
  /** Greatest age of a proof in seconds, by its `iat`. Default 60. With `nonces` their lifetime applies instead. */
  readonly maxAgeSeconds?: number;
  /** Seconds by which a client's clock, which is less exact than an issuer's, may differ. Default 30. */
  readonly clockTolerance?: number;
  /**
   * The public URL of this server, or several: the origin, and the path prefix that a proxy removes, such as
   * `https://api.example/v1`. Default: scheme and host of the request, by Express's `trust proxy`. Set it where no proxy
   * checks the Host header: otherwise a proof that was made for another server is accepted from whoever sends that
   * server's name as Host.
   */
  readonly publicUrl?: string | readonly string[];
  /** Requires a nonce in each proof (RFC 9449 section 9). Default: none. See `dpopNonces`. */
  readonly nonces?: DpopNonces;
  /** Milliseconds since the epoch. Default `Date.now`. */
  readonly now?: () => number;
}

/** Settings with their defaults. */
export interface ProofRules {
  readonly required: boolean;
  readonly algorithms: ReadonlySet<Algorithm>;
  readonly maxAgeSeconds: number;
  readonly clockTolerance: number;
  /** Without a trailing slash. */
  readonly publicUrls: readonly string[] | undefined;
  readonly nonces: DpopNonces | undefined;
  readonly now: () => number;
}

const DEFAULT_ALGORITHMS: readonly Algorithm[] = ['ES256', 'ES384', 'EdDSA', 'Ed25519', 'PS256', 'RS256'];
const SETTINGS = [
  'required',
  'algorithms',
  'maxAgeSeconds',
  'clockTolerance',
  'publicUrl',
  'nonces',
  'now',
] as const satisfies readonly (keyof DpopSettings)[];

/** `dpop` as it was given: true, 'required' or settings. */
export function proofRules(dpop: unknown): ProofRules {
  const settings = settingsOf(dpop);
  refuseUnknown('dpop', settings, SETTINGS);
  const { required = false, algorithms = DEFAULT_ALGORITHMS, publicUrl, nonces, now = Date.now } = settings;
  if (typeof required !== 'boolean') throw misuse('required', 'true or false');
  if (!isList(algorithms) || algorithms.length === 0 || !algorithms.every(isAlgorithm))
    throw misuse('algorithms', `a list of ${ALGORITHMS.join(', ')}`);
  if (nonces !== undefined && !hasMethods(nonces, ['issue', 'accepts']))
    throw misuse('nonces', 'what dpopNonces() makes');
  return {
    required,
    algorithms: new Set(algorithms),
    maxAgeSeconds: seconds('maxAgeSeconds', settings.maxAgeSeconds ?? 60),
    clockTolerance: seconds('clockTolerance', settings.clockTolerance ?? 30),
    publicUrls: publicUrl === undefined ? undefined : urlsOf(publicUrl),
    nonces,
    now,
  };
}

function settingsOf(dpop: unknown): DpopSettings {
  if (dpop === true) return {};
  if (dpop === 'required') return { required: true };
  if (typeof dpop === 'object' && dpop !== null) return dpop;
  throw new TypeError('dpop: must be true, "required" or an object of settings');
}

function urlsOf(publicUrl: string | readonly string[]): readonly string[] {
  const given: readonly unknown[] = typeof publicUrl === 'string' ? [publicUrl] : publicUrl;
  const urls = isList(given)
    ? given.map((url) => (typeof url === 'string' ? normalTarget(url) : undefined))
    : [];
  if (urls.length === 0 || !urls.every((url) => url !== undefined))
    throw misuse('publicUrl', 'an http(s) URL or a list of them, such as "https://api.example"');
  return urls.map((url) => url.replace(/\/$/, ''));
}

function seconds(name: string, value: unknown): number {
  if (typeof value === 'number' && Number.isFinite(value) && value >= 0) return value;
  throw misuse(name, 'seconds, from 0');
}

function misuse(name: string, expected: string): TypeError {
  return new TypeError(`dpop: "${name}" must be ${expected}`);
}
