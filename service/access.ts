import { ALGORITHMS, remoteKeys, sallyport, staticKeys } from 'sallyport';
import type { KeySource, OnEvent, Revocations, Sallyport } from 'sallyport';
import type { Config, IssuerConfig } from './config';
import { rolesIn, scopesIn } from './config/claim-names';
import { rulesOf, type ProviderRules } from './config/providers';
import { keyFetch } from './key-fetch';
import { boundInFlight } from './ops/subject-places';
import type { Storage } from './storage/storage';

/** The chain that stands before every route with users, as the configuration wants it. */
export function createAccess(
  config: Config,
  issuers: readonly ProviderRules[],
  storage: Storage,
  revocations: Revocations,
  onEvent: OnEvent,
): Sallyport {
  const { rateLimit, tokenCache } = config;
  const subjects = storage.rateLimits?.('subject');
  const port = sallyport({
    issuers,
    // Whose data it is follows from issuer and subject together (req.user.id); the path only has to name the caller.
    owner: ({ subject }) => subject,
    users: storage.users,
    apiKeys: storage.apiKeys,
    revocations,
    cache: tokenCache,
    addressLimit: { perMinute: rateLimit.ipPerMinute, exempt: rateLimit.exempt },
    subjectLimit: { perMinute: rateLimit.userPerMinute, ...(subjects && { store: subjects }) },
    // Failures are logged by failureLog, which sees them first.
    onError: () => undefined,
    onEvent,
  });
  return boundInFlight(port, config.maxInFlightPerUser, onEvent);
}

/** What is believed of each issuer, and its keys; the first is the primary. */
export function createIssuers(
  config: Config,
  onEvent: OnEvent,
): readonly [ProviderRules, ...ProviderRules[]] {
  const [primary, ...others] = config.issuers;
  return [
    issuerOptions(primary, config, onEvent),
    ...others.map((issuer) => issuerOptions(issuer, config, onEvent)),
  ];
}

function issuerOptions(issuer: IssuerConfig, config: Config, onEvent: OnEvent): ProviderRules {
  const { authorizedParties, scopeClaims, roleClaims } = issuer;
  return {
    ...rulesOf(issuer),
    algorithms: ALGORITHMS.filter((name) => issuer.algorithms.includes(name)),
    keys: keysOf(issuer, config, onEvent),
    clockTolerance: config.clockToleranceSeconds,
    maxTokenLifetime: config.revocationRetentionSeconds,
    ...(authorizedParties && { authorizedParties }),
    ...(scopeClaims && { scopes: scopesIn(scopeClaims) }),
    ...(roleClaims && { roles: rolesIn(roleClaims) }),
  };
}

function keysOf({ issuer, jwksUri, publicKey }: IssuerConfig, config: Config, onEvent: OnEvent): KeySource {
  if (publicKey !== undefined) return staticKeys(publicKey);
  const { jwks, allowHttp, proxies } = config;
  const fetch = keyFetch(proxies);
  return remoteKeys({
    allowHttp,
    ...(fetch && { fetch }),
    ...(jwksUri === undefined ? { issuer } : { jwksUri }),
    freshSeconds: jwks.freshSeconds,
    staleSeconds: jwks.staleSeconds,
    onEvent,
  });
}
