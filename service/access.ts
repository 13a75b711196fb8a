import { ALGORITHMS, remoteKeys, sallyport, staticKeys } from 'sallyport';
import type { KeySource, OnEvent, Revocations, Sallyport } from 'sallyport';
import type { Config, IssuerConfig } from './config';
import { rolesIn, scopesIn } from './config/claim-names';
import { rulesOf, type ProviderRules } from './config/providers';
import { keyFetch } from './key-fetch';
import { boundInFlight } from './ops/subject-places';
import type { Storage } from './storage/storage';

/** The `sallyport()` middleware with the options of the configuration; it runs before every route that needs a user. */
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
    // Data is stored by issuer and subject together (req.user.id); the path only has to name the caller's subject.
    owner: ({ subject }) => subject,
    users: storage.users,
    apiKeys: storage.apiKeys,
    revocations,
    cache: tokenCache,
    addressLimit: { perMinute: rateLimit.ipPerMinute, exempt: rateLimit.exempt },
    subjectLimit: { perMinute: rateLimit.userPerMinute, ...(subjects && { store: subjects }) },
    // failureLog runs before and logs every failure.
    onError: () => undefined,
    onEvent,
  });
  return boundInFlight(port, config.maxInFlightPerUser, onEvent);
}

/** The options of each issuer, with its keys. The first is the primary issuer. */
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
