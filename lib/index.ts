import './passage/request';

export { sallyport, type Sallyport, type SallyportState } from './sallyport';
export type {
  CommonOptions,
  IssuerFamilyOptions,
  IssuerOptions,
  OneFamily,
  OneIssuer,
  OptionsWithoutUsers,
  SallyportOptions,
  SeveralIssuers,
} from './sallyport-options';

export type {
  Auth,
  Credential,
  CredentialKind,
  Identity,
  JwtHeader,
  JwtPayload,
  User,
  Verifier,
} from './auth';

export { apiKey } from './credentials/api-key';
export { bearer } from './credentials/bearer';
export type { CredentialSource, Extractor } from './credentials/extractor';

export { ALGORITHMS, type Algorithm } from './keys/algorithms';
export { claimAt } from './tokens/claim-at';
export type { Engine } from './tokens/engine';
export { expressOauth2JwtBearer } from './tokens/express-oauth2-jwt-bearer-engine';
export type { Grants } from './tokens/grants';
export type { Tenants } from './tokens/issuer-names';
export { jwtVerifier } from './tokens/jwt-verifier';
export type { JwtVerifierOptions } from './tokens/jwt-verifier-options';
export { nodeCrypto } from './tokens/node-crypto-engine';
export type { StrictJws } from './tokens/strict-jws';

export { byKind } from './verifiers/by-kind';
export { cached, type CachedOptions } from './verifiers/cached';
export { firstOf } from './verifiers/first-of';
export { revocable } from './verifiers/revocable';
export { provenanceOf, vouch, type Provenance } from './provenance';

export type { Jwk, KeySource, KeySourceState, VerificationKey } from './keys/key-source';
export { remoteKeys, type RemoteKeysOptions } from './keys/remote-keys';
export { staticKeys, type StaticKeysOptions } from './keys/static-keys';

export { knownUsers, type KnownUsers, type KnownUsersOptions } from './users/known-users';
export { memoryUsers, type MemoryUsersOptions } from './users/memory-users';
export { userDirectory } from './users/user-directory';
export {
  NOBODY,
  refuseErased,
  withLiving,
  withProfile,
  withTombstone,
  type UserRecord,
} from './users/user-record';
export type { Profile, Tombstone, UserStore } from './users/user-store';

export { memoryRevocations } from './revocations/memory-revocations';
export { revocationFeed } from './revocations/feed';
export type { RevocationFeedOptions } from './revocations/feed-settings';
export { READ_OVERLAP_MS } from './revocations/revocation-store';
export type {
  CredentialRevocation,
  NewRevocation,
  Revocation,
  RevocationPage,
  RevocationStore,
  RevokedBy,
  SubjectRevocation,
} from './revocations/revocation-store';
export type { Revocations, RevocationsState, RevocationTarget } from './revocations/revocations';
export { isAddressRange } from './addresses/address-range';
export { apiKeyIdOf } from './api-keys/api-key-format';
export { apiKeyVerifier, type ApiKeyVerifierOptions } from './api-keys/api-key-verifier';
export { apiKeys } from './api-keys/api-keys';
export type { ApiKeys, ApiKeysOptions } from './api-keys/api-keys';
export type { RotateOutcome, RotationWish } from './api-keys/rotation';
export type { ApiKeyWish, Held, IssueOutcome } from './api-keys/wishes';
export { memoryApiKeys } from './api-keys/memory-api-keys';
export type { ApiKeyRecord, ApiKeyStore } from './api-keys/api-key-store';
export { memoryReplays, type MemoryReplaysOptions } from './replays/memory-replays';
export type { Claim, ReplayStore } from './replays/replay-store';

export { authenticate, type AuthenticateOptions } from './middleware/authenticate';
export {
  problemDetails,
  problemOf,
  type OnError,
  type Problem,
  type ProblemDetailsOptions,
} from './middleware/problem-details';
export {
  protectedResource,
  type ProtectedResource,
  type ProtectedResourceOptions,
} from './middleware/protected-resource';
export type { Possession, ProofHeaders } from './passage/possession';
export { authOf, userOf } from './passage/proof';
export { provisionUser, type ProvisionUserOptions } from './middleware/provision-user';
export { rateLimit } from './middleware/rate-limit';
export type { AddressLimitOptions } from './limits/limit-address';
export type { SubjectLimit, SubjectLimitOptions } from './limits/limit-subject';
export { requireFresh, type RequireFreshOptions } from './middleware/require-fresh';
export { requireOwner, type Owner, type RequireOwnerOptions } from './middleware/require-owner';
export { requireRole } from './middleware/require-role';
export { requireAnyScope, requireKeyScope, requireScope } from './middleware/require-scope';
export { requireToken } from './middleware/require-token';

export { guarded, type GuardOptions } from './stores/guarded';
export {
  safely,
  type KeyFailureDetails,
  type OnEvent,
  type SallyportEvent,
  type UnusableKey,
} from './events';
export {
  InsufficientAuthenticationError,
  InsufficientRoleError,
  InsufficientScopeError,
  InternalError,
  InvalidRequestError,
  InvalidTokenError,
  KeysUnavailableError,
  MissingCredentialsError,
  NotOwnerError,
  RateLimitedError,
  RevocationsUnavailableError,
  SallyportError,
  StoreUnavailableError,
  TokenRequiredError,
  type Challenge,
  type ChallengeScheme,
  type ChallengeSchemes,
  type ChallengeTerms,
  type ErrorOptions,
  type InsufficientScopeOptions,
  type InvalidTokenOptions,
  type InvalidTokenReason,
  type Mismatch,
  type NeededAuthentication,
} from './errors';
