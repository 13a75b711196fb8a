import { safely, type OnEvent } from '../events';
import { hasMethods, refuseUnknown } from '../options';
import type { Fetch } from './fetch-json';
import { isLoopback, keyAddress } from './key-address';
import type { KeyCache } from './key-cache';
import { areHeaders, headersFor, type KeyHeadersOption } from './key-headers';
import type { KeyLocation } from './key-set-reader';
import { hostAndPort, NO_PLAIN_HOSTS, plainHosts, type PlainHosts } from '../plain-hosts';

export interface RemoteKeysSettings {
  /** Seconds for which a set is fresh; it is refreshed in the background after 80 % of them. Default: 600. */
  readonly freshSeconds?: number;
  /** Seconds for which a set that is no longer fresh is the fallback while refreshing it fails. Default: 3600. */
  readonly staleSeconds?: number;
  /** Timeout of one attempt in milliseconds, including discovery and reading the bodies. Default: 5000. */
  readonly timeoutMs?: number;
  /** Greatest size of a document in bytes. Default: 524288. */
  readonly maxBytes?: number;
  /** The clock, in milliseconds since the epoch. Default: `Date.now`. */
  readonly now?: () => number;
  /** Returns a random number from 0 to 1 (exclusive) for the jitter of the backoff. Default: `Math.random`. */
  readonly random?: () => number;
  /**
   * Default: the global `fetch`. Another function can use a proxy or trust a private CA; to trust a CA in the whole
   * process, set NODE_EXTRA_CA_CERTS.
   */
  readonly fetch?: Fetch;
  /**
   * Hosts other than this machine from which keys may be fetched over plain http, each with its port, also 80:
   * `['keycloak:8080']`. Only for networks in which no other machine can answer in their place, such as docker compose.
   */
  readonly allowHttp?: readonly string[];
  /**
   * Request headers for key servers that require a credential, sent only to the origin of `issuer` or `jwksUri`. A
   * function is called before each fetch, so that the credential may change:
   * `async () => ({ authorization: 'Bearer ' + (await readFile(path, 'utf8')).trim() })`.
   */
  readonly headers?: KeyHeadersOption;
  /**
   * A cache outside the process, for processes that are suspended or serve only a few requests. A set from the cache is
   * checked as a fetched one is, and its age counts from when it was fetched: if it is no longer fresh, it is only the
   * fallback. One that is older than `staleSeconds` allows, malformed or of another source is not used. If the cache
   * fails, the set is fetched. Whoever can write to the cache can sign in as anybody.
   * `{ read: () => readFile(path, 'utf8'), write: (text) => writeFile(path, text) }`
   */
  readonly cache?: KeyCache;
  /** Called with the events `keys_refreshed`, `keys_failed`, `keys_stale` and `unknown_kid`. */
  readonly onEvent?: OnEvent;
}

/** Either the issuer, whose discovery document names its JWK Set, or the address of the set itself. */
export type RemoteKeysOptions = RemoteKeysSettings & KeyLocation;

const NUMBERS = {
  freshSeconds: { from: 0.01, to: 86_400, otherwise: 600 },
  staleSeconds: { from: 0, to: 2_592_000, otherwise: 3600 },
  timeoutMs: { from: 1, to: 60_000, otherwise: 5000 },
  maxBytes: { from: 1, to: 67_108_864, otherwise: 524_288 },
} as const;
const FUNCTIONS = ['now', 'random', 'fetch', 'onEvent'] as const;
const KNOWN = ['issuer', 'jwksUri', 'allowHttp', 'headers', 'cache', ...Object.keys(NUMBERS), ...FUNCTIONS];

export function settleRemote(options: RemoteKeysOptions) {
  refuseUnknown('remoteKeys', options, KNOWN);
  for (const name of FUNCTIONS) {
    if (!['function', 'undefined'].includes(typeof options[name])) throw wrong(name, 'a function');
  }
  const plain = options.allowHttp === undefined ? NO_PLAIN_HOSTS : plainHosts(options.allowHttp);
  if (!plain) throw wrong('allowHttp', 'a list of hosts with their ports, such as ["keycloak:8080"]');
  const { headers } = options;
  if (headers !== undefined && typeof headers !== 'function' && !areHeaders(headers)) {
    throw wrong('headers', 'an object of header names and values, or a function that gives one');
  }
  if (options.cache !== undefined && !hasMethods(options.cache, ['read', 'write'])) {
    throw wrong('cache', 'an object with the functions read and write');
  }
  const location = locationOf(options, plain);
  return {
    location,
    plain,
    cache: options.cache,
    headersFor: headersFor(headers, location.issuer ?? location.jwksUri),
    freshMs: numberOf(options, 'freshSeconds') * 1000,
    staleMs: numberOf(options, 'staleSeconds') * 1000,
    timeoutMs: numberOf(options, 'timeoutMs'),
    maxBytes: numberOf(options, 'maxBytes'),
    now: options.now ?? (() => Date.now()),
    random: options.random ?? Math.random,
    fetch: options.fetch ?? ((url, init) => fetch(url, init)),
    tell: safely(options.onEvent),
  };
}

function numberOf(options: RemoteKeysSettings, name: keyof typeof NUMBERS): number {
  const { from, to, otherwise } = NUMBERS[name];
  const value: unknown = options[name] ?? otherwise;
  if (typeof value === 'number' && value >= from && value <= to) return value;
  throw wrong(name, `a number from ${from} to ${to}`);
}

function locationOf({ issuer, jwksUri }: RemoteKeysOptions, plain: PlainHosts): KeyLocation {
  if ((issuer === undefined) === (jwksUri === undefined)) {
    throw new TypeError('remoteKeys: give one of the options "issuer" and "jwksUri"');
  }
  if (issuer === undefined) {
    if (!keyAddress(jwksUri, plain))
      throw wrong('jwksUri', `an https URL, or an http one on loopback${hint(jwksUri)}`);
    return { jwksUri };
  }
  if (keyAddress(issuer, plain)?.search !== '' || issuer.includes('?')) {
    throw wrong('issuer', `an https URL without a query, or an http one on loopback${hint(issuer)}`);
  }
  return { issuer };
}

function hint(address: unknown): string {
  if (typeof address !== 'string' || !URL.canParse(address)) return '';
  const url = new URL(address);
  if (url.protocol !== 'http:' || isLoopback(url)) return '';
  return `; to ask this host in plain http, spell the option allowHttp: ["${hostAndPort(url)}"]`;
}

function wrong(option: string, expected: string): TypeError {
  return new TypeError(`remoteKeys: option "${option}" must be ${expected}`);
}
