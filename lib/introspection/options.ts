import { DEFAULT_CLOCK_TOLERANCE, refuseUnknown } from '../options';
import { keyAddress } from '../keys/key-address';
import { areHeaders, type KeyHeadersOption } from '../keys/key-headers';
import { NO_PLAIN_HOSTS, plainHosts } from '../plain-hosts';
import type { OnEvent } from '../events';
import type { ClaimRules } from '../tokens/claim-rules';
import { scopesReader, rolesReader } from '../tokens/grants';
import { issuerNames } from '../tokens/issuer-names';
import type { Asking, Fetch } from './ask';

export interface IntrospectionOptions {
  /** The introspection endpoint (RFC 7662): https, or http on loopback or a host of `allowHttp`. */
  readonly endpoint: string;
  /** Hosts beside this machine that may be asked over plain http, each with its port, 80 included. */
  readonly allowHttp?: readonly string[];
  /** With `clientSecret`: the credentials of this API at the endpoint (client_secret_basic, RFC 6749 section 2.3.1). */
  readonly clientId?: string;
  /** The secret of `clientId`. */
  readonly clientSecret?: string;
  /** Instead of these two: request headers, or a function that gives them for each request. */
  readonly headers?: KeyHeadersOption;
  /** Issuer of the tokens (`auth.issuer`). An `iss` in the answer must be equal to it. */
  readonly issuer: string;
  /** `aud` in the answer must contain this value, or one of them. null, written out, turns the check off. */
  readonly audience: string | readonly string[] | null;
  /**
   * Accepts tokens for which the endpoint gives neither `exp` nor `iat`. Revocations are deleted after `retentionSeconds`,
   * and such a token would be valid again. Default false: they are refused.
   */
  readonly untimed?: boolean;
  /** Seconds by which clocks may differ. Default 5. */
  readonly clockTolerance?: number;
  /** Milliseconds for one request to the endpoint. Default 5000. */
  readonly timeoutMs?: number;
  /** Bytes of an answer's body at most. Default 65536. */
  readonly maxBytes?: number;
  /** Default: the global `fetch`. */
  readonly fetch?: Fetch;
  /** Gets `store_failed` with the store `introspection` where the endpoint gives no answer. */
  readonly onEvent?: OnEvent;
  /** Milliseconds since the epoch. Default `Date.now`. */
  readonly now?: () => number;
}

const OPTIONS = [
  'endpoint',
  'allowHttp',
  'clientId',
  'clientSecret',
  'headers',
  'issuer',
  'audience',
  'untimed',
  'clockTolerance',
  'timeoutMs',
  'maxBytes',
  'fetch',
  'onEvent',
  'now',
] as const satisfies readonly (keyof IntrospectionOptions)[];

export type Rules = Pick<ClaimRules, 'names' | 'audience' | 'clockTolerance' | 'scopes' | 'roles'>;

export interface Settings {
  readonly asking: Asking;
  readonly rules: Rules;
  readonly untimed: boolean;
  readonly now: () => number;
}

/** Checks the options once, at mount. Throws a `TypeError`, without the value of an option. */
export function settle(options: IntrospectionOptions): Settings {
  refuseUnknown('introspection', options, OPTIONS);
  const plain = options.allowHttp === undefined ? NO_PLAIN_HOSTS : plainHosts(options.allowHttp);
  if (!plain) throw misuse('allowHttp', 'a list of hosts with their ports, such as ["keycloak:8080"]');
  if (!keyAddress(options.endpoint, plain))
    throw misuse('endpoint', 'an https URL, or an http one on loopback');
  const {
    endpoint,
    issuer,
    untimed = false,
    clockTolerance = DEFAULT_CLOCK_TOLERANCE,
    timeoutMs = 5000,
    maxBytes = 65_536,
  } = options;
  if (typeof untimed !== 'boolean') throw misuse('untimed', 'true or false');
  if (!Number.isFinite(clockTolerance) || clockTolerance < 0)
    throw misuse('clockTolerance', 'seconds, from 0');
  for (const [name, number] of Object.entries({ timeoutMs, maxBytes })) {
    if (!Number.isInteger(number) || number < 1 || number > 2 ** 31 - 1)
      throw misuse(name, 'a whole number from 1');
  }
  for (const name of ['fetch', 'onEvent', 'now'] as const) {
    if (!['function', 'undefined'].includes(typeof options[name])) throw misuse(name, 'a function');
  }
  return {
    asking: {
      endpoint,
      headers: credentialsOf(options),
      fetch: options.fetch ?? ((url, init) => fetch(url, init)),
      timeoutMs,
      maxBytes,
    },
    rules: {
      names: issuerNames({ issuer }, misuse),
      audience: audiencesOf(options.audience),
      clockTolerance,
      scopes: scopesReader(undefined),
      roles: rolesReader(undefined),
    },
    untimed,
    now: options.now ?? Date.now,
  };
}

function credentialsOf({ clientId, clientSecret, headers }: IntrospectionOptions): Asking['headers'] {
  if (headers !== undefined) {
    if (clientId !== undefined || clientSecret !== undefined)
      throw misuse('headers', 'left out where "clientId" and "clientSecret" are given');
    if (typeof headers !== 'function' && !areHeaders(headers))
      throw misuse('headers', 'an object of header names and values, or a function that gives one');
    return async () => (typeof headers === 'function' ? headers() : headers);
  }
  if (
    typeof clientId !== 'string' ||
    clientId === '' ||
    typeof clientSecret !== 'string' ||
    clientSecret === ''
  )
    throw misuse('clientId', 'given with "clientSecret", or "headers" in their place');
  // RFC 6749 section 2.3.1: each is form-encoded first.
  const basic = [clientId, clientSecret]
    .map((part) => new URLSearchParams({ '': part }).toString().slice(1))
    .join(':');
  const authorization = `Basic ${Buffer.from(basic).toString('base64')}`;
  return () => Promise.resolve({ authorization });
}

function audiencesOf(audience: unknown): ReadonlySet<string> | null {
  if (audience === null) return null;
  const names: unknown = typeof audience === 'string' ? [audience] : audience;
  if (
    !Array.isArray(names) ||
    names.length === 0 ||
    !names.every((name) => typeof name === 'string' && name !== '')
  )
    throw misuse('audience', 'a string, a list of strings, or null where the endpoint says none');
  return new Set(names as string[]);
}

function misuse(option: string, expected: string): TypeError {
  return new TypeError(`introspection: "${option}" must be ${expected}`);
}
