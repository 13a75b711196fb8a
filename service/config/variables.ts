import { z } from 'zod';
import { EXPECTED, algorithmList, audienceList, publicKeyPem } from './issuers';
import {
  addressList,
  commaList,
  flag,
  integer,
  optional,
  optionalInteger,
  originList,
  webUrl,
  withDefault,
} from './parsers';
import { providerOf } from './provider-names';
import { hostList } from './plain-http';
import { PROXY, proxyUrl } from './proxies';
import { requiredClaimsOf } from './required-claims';

const DAY = 86_400;
export const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

const text = (value: string) => value;

/** `true`, or a range of all addresses, would let any caller choose its own address, so they are refused. */
function trustedProxies(value: string): number | readonly string[] | undefined {
  if (/^\d{1,2}$/.test(value)) return Number(value);
  return addressList(value)?.every((entry) => !/\/0+$/.test(entry)) ? addressList(value) : undefined;
}

/** Every variable of the service, each validated separately; config.ts checks combinations. */
export const variables = z.object({
  PORT: integer(3000, 0, 65_535),
  HOST: withDefault('127.0.0.1', 'an address or host name to listen on', text),
  OPS_PORT: optionalInteger(0, 65_535),
  OPS_HOST: withDefault('127.0.0.1', 'an address or host name to listen on', text),
  WEB_CONCURRENCY: integer(1, 1, 256),

  AUTH_ISSUER: optional(EXPECTED.issuer, webUrl),
  AUTH_AUDIENCE: optional(EXPECTED.audience, (value) => {
    const audience = audienceList(value);
    return audience === undefined ? undefined : { audience };
  }),
  AUTH_JWKS_URI: optional(EXPECTED.jwksUri, webUrl),
  AUTH_PUBLIC_KEY: optional(EXPECTED.publicKey, publicKeyPem),
  AUTH_PROVIDER: optional(EXPECTED.provider, providerOf),
  AUTH_REQUIRED_CLAIMS: optional(EXPECTED.requiredClaims, requiredClaimsOf),
  AUTH_SCOPE_CLAIMS: optional(EXPECTED.scopeClaims, commaList),
  AUTH_ROLE_CLAIMS: optional(EXPECTED.roleClaims, commaList),
  AUTH_AUTHORIZED_PARTIES: optional(EXPECTED.authorizedParties, commaList),
  AUTH_ALGORITHMS: optional(EXPECTED.algorithms, algorithmList),
  AUTH_ISSUERS: z.string().optional(),
  AUTH_ALLOW_HTTP: withDefault(
    [],
    'a comma list of hosts with their ports, such as keycloak:8080; 80 is spelled too',
    hostList,
  ),
  AUTH_LOGOUT: optional('a comma list of the client ids whose logout tokens are taken', commaList),
  AUTH_SIGNALS: optional('a comma list of audiences whose security events are taken', commaList),
  AUTH_CLOCK_TOLERANCE_SECONDS: integer(5, 0, 300),

  TOKEN_CACHE_MAX: integer(10_000, 1, 10_000_000),
  TOKEN_CACHE_SECONDS: integer(60, 1, 3600),
  JWKS_FRESH_SECONDS: integer(600, 1, DAY),
  JWKS_STALE_SECONDS: integer(3600, 0, 30 * DAY),
  REVOCATION_RETENTION_SECONDS: integer(30 * DAY, 60, 3650 * DAY),

  HTTPS_PROXY: optional(PROXY, proxyUrl),
  HTTP_PROXY: optional(PROXY, proxyUrl),
  NO_PROXY: z.string().optional(),

  MONGODB_URI: optional('a mongodb:// or mongodb+srv:// connection string', (value) =>
    /^mongodb(\+srv)?:\/\/./.test(value) ? value : undefined,
  ),
  DATA_DIR: withDefault('./data', 'a folder', text),
  DATA_SYNC: flag(false),
  MODULES_PER_USER: integer(1000, 1),
  API_KEY_PREFIX: withDefault('sp', '1 to 20 of a-z, 0-9 and single _, a letter first', (value) =>
    value.length <= 20 && /^[a-z][a-z0-9]*(?:_[a-z0-9]+)*$/.test(value) ? value : undefined,
  ),

  MAX_IN_FLIGHT: integer(1000, 1),
  MAX_IN_FLIGHT_PER_USER: integer(50, 1),
  RATE_LIMIT_IP_PER_MINUTE: integer(300, 1),
  RATE_LIMIT_USER_PER_MINUTE: integer(120, 1),
  RATE_LIMIT_EXEMPT: withDefault([], 'a comma list of addresses and CIDR ranges', addressList),
  TRUST_PROXY: withDefault<number | readonly string[]>(
    0,
    'the number of proxies in front, or a comma list of their addresses and CIDR ranges; true is refused',
    trustedProxies,
  ),

  CORS_ORIGINS: withDefault(
    [],
    'a comma list of origins such as https://app.example.com: scheme, host and port in lower case, without a path or a ' +
      'slash at the end; neither * nor null',
    originList,
  ),

  CLERK_WEBHOOK_SECRET: optional('the signing secret of the webhook endpoint, whsec_ and base64', (value) =>
    /^whsec_[A-Za-z0-9+/]{16,}={0,2}$/.test(value) ? value : undefined,
  ),
  CLERK_WEBHOOK_ISSUER: optional('one of the configured issuers', text),

  TLS_CERT_FILE: z.string().optional(),
  TLS_KEY_FILE: z.string().optional(),
  REQUIRE_HTTPS: flag(false),
  SHUTDOWN_GRACE_SECONDS: integer(10, 0, 3600),
  LOG_LEVEL: withDefault<LogLevel>('info', LOG_LEVELS.join(', '), (value) =>
    LOG_LEVELS.find((level) => level === value),
  ),
});

export type Variables = z.output<typeof variables>;
