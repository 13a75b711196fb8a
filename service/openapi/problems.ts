import {
  InsufficientScopeError,
  InternalError,
  InvalidRequestError,
  InvalidTokenError,
  KeysUnavailableError,
  MissingCredentialsError,
  NotOwnerError,
  RateLimitedError,
  RevocationsUnavailableError,
  StoreUnavailableError,
  TokenRequiredError,
  type SallyportError,
} from 'sallyport';
import {
  BodyTooLargeError,
  DrainingError,
  HttpsRequiredError,
  InvalidBodyError,
  LimitReachedError,
  MethodNotAllowedError,
  NotFoundError,
  OverloadedError,
  UnsupportedMediaTypeError,
  VersionMismatchError,
} from '../http/errors';
import { refusalOf } from '../http/parser-errors';

/** Every problem of the service by name. The examples in the document are generated from these errors. */
export const PROBLEMS = {
  invalid_request: new InvalidRequestError('The Authorization header is malformed.'),
  invalid_body: new InvalidBodyError([{ path: '/name', message: 'must be a string' }]),
  missing_credentials: new MissingCredentialsError(),
  invalid_token: new InvalidTokenError('expired', 'The token has expired.'),
  invalid_signature: new InvalidTokenError('signature', 'The webhook is not signed as it must be.'),
  not_owner: new NotOwnerError(),
  insufficient_scope: new InsufficientScopeError(['modules:write']),
  token_required: new TokenRequiredError(),
  https_required: new HttpsRequiredError(),
  not_found: new NotFoundError(),
  method_not_allowed: new MethodNotAllowedError(['GET', 'HEAD']),
  request_timeout: refusalOf('ERR_HTTP_REQUEST_TIMEOUT'),
  limit_reached: new LimitReachedError('A user may have at most 1000 modules.'),
  version_mismatch: new VersionMismatchError(),
  body_too_large: new BodyTooLargeError('The body may have at most 16384 bytes.'),
  unsupported_media_type: new UnsupportedMediaTypeError(),
  rate_limited: new RateLimitedError(17),
  headers_too_large: refusalOf('HPE_HEADER_OVERFLOW'),
  internal: new InternalError(),
  keys_unavailable: new KeysUnavailableError(1),
  store_unavailable: new StoreUnavailableError(),
  revocations_unavailable: new RevocationsUnavailableError(),
  overloaded: new OverloadedError(),
  draining: new DrainingError(),
} as const satisfies Record<string, SallyportError>;

export type ProblemName = keyof typeof PROBLEMS;

/** Problems of the HTTP server, for every request. */
export const OF_THE_SERVER = [
  'invalid_request',
  'headers_too_large',
  'internal',
] as const satisfies readonly ProblemName[];

/** Problems of every route except /health. */
export const OF_EVERY_ROUTE = [
  ...OF_THE_SERVER,
  'https_required',
  'overloaded',
  'draining',
] as const satisfies readonly ProblemName[];

/** Problems of every route with authentication. */
export const OF_THE_CHAIN = [
  ...OF_EVERY_ROUTE,
  'missing_credentials',
  'invalid_token',
  'rate_limited',
  'keys_unavailable',
  'store_unavailable',
  'revocations_unavailable',
] as const satisfies readonly ProblemName[];

export const OF_A_JSON_BODY = [
  'invalid_body',
  'request_timeout',
  'body_too_large',
  'unsupported_media_type',
] as const satisfies readonly ProblemName[];

/** Problems of routes for messages of identity providers. */
export const OF_A_MESSAGE = [
  ...OF_EVERY_ROUTE,
  'request_timeout',
  'body_too_large',
  'rate_limited',
  'keys_unavailable',
  'store_unavailable',
] as const satisfies readonly ProblemName[];
