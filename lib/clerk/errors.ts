import { SallyportError, type Challenge } from '../errors';

/** The signature is wrong or too old. The challenge names no error: no token was sent (RFC 6750 section 3.1). */
export class WebhookSignatureError extends SallyportError {
  readonly status = 401;
  readonly code = 'invalid_token';
  readonly title = 'Invalid signature';
  override readonly challenge: Challenge = {};

  constructor() {
    super('The webhook is not signed as it must be, or not signed lately.');
  }
}

/** The signature is valid, and the body is not a valid event. */
export class WebhookBodyError extends SallyportError {
  readonly status = 400;
  readonly code = 'invalid_body';
  readonly title = 'Invalid body';
  override readonly extensions: Readonly<Record<string, unknown>>;

  /** `path` is a JSON Pointer (RFC 6901), empty for the body itself. */
  constructor(path: string, message: string) {
    super('The body is not what this request takes; see errors.');
    this.extensions = { errors: [{ path, message }] };
  }
}
