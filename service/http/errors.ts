import { SallyportError } from 'sallyport';

export class NotFoundError extends SallyportError {
  readonly status = 404;
  readonly code = 'not_found';
  readonly title = 'Not found';

  constructor(detail = 'There is nothing here.') {
    super(detail);
  }
}

export class MethodNotAllowedError extends SallyportError {
  readonly status = 405;
  readonly code = 'method_not_allowed';
  readonly title = 'Method not allowed';
  override readonly extraHeaders: Readonly<Record<string, string>>;

  constructor(allowed: readonly string[]) {
    super(`This path answers ${allowed.join(', ')}.`);
    this.extraHeaders = { Allow: allowed.join(', ') };
  }
}

export class LimitReachedError extends SallyportError {
  readonly status = 409;
  readonly code = 'limit_reached';
  readonly title = 'Limit reached';
}

/** `If-Match` names another version, or the module does not exist (RFC 9110 section 13.1.1). */
export class VersionMismatchError extends SallyportError {
  readonly status = 412;
  readonly code = 'version_mismatch';
  readonly title = 'Version mismatch';

  constructor() {
    super('The module is not, or no longer, the version that If-Match names.');
  }
}

export class BodyTooLargeError extends SallyportError {
  readonly status = 413;
  readonly code = 'body_too_large';
  readonly title = 'Body too large';
}

export class UnsupportedMediaTypeError extends SallyportError {
  readonly status = 415;
  readonly code = 'unsupported_media_type';
  readonly title = 'Unsupported media type';

  constructor() {
    super('Send application/json in UTF-8, not compressed.');
  }
}

/** One error in a body. `path`: a JSON Pointer (RFC 6901), empty for the body itself. */
export interface BodyFault {
  readonly path: string;
  readonly message: string;
}

/** Maximum number of reported errors, so that the answer does not grow with the request. */
const MAX_FAULTS = 50;
const MAX_POINTER = 256;

export class InvalidBodyError extends SallyportError {
  readonly status = 400;
  readonly code = 'invalid_body';
  readonly title = 'Invalid body';
  override readonly extensions: Readonly<Record<string, unknown>>;

  constructor(errors: readonly BodyFault[]) {
    super('The body is not what this request takes; see errors.');
    this.extensions = {
      errors: errors
        .slice(0, MAX_FAULTS)
        .map(({ path, message }) => ({ path: path.slice(0, MAX_POINTER), message })),
    };
  }
}

/** Plain http under REQUIRE_HTTPS. Refused, not redirected, since the credential has been exposed already. */
export class HttpsRequiredError extends SallyportError {
  readonly status = 403;
  readonly code = 'https_required';
  readonly title = 'HTTPS required';

  constructor() {
    super('Use https, and replace the credential if one was sent.');
  }
}

export class OverloadedError extends SallyportError {
  readonly status = 503;
  readonly code = 'overloaded';
  readonly title = 'Overloaded';
  override readonly retryAfter = 1;

  constructor() {
    super('There is too much to do at the moment.');
  }
}

export class DrainingError extends SallyportError {
  readonly status = 503;
  readonly code = 'draining';
  readonly title = 'Shutting down';
  override readonly retryAfter = 1;

  constructor() {
    super('This instance is shutting down; another one will answer.');
  }
}
