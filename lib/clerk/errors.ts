import { RateLimitedError, SallyportError, type Challenge } from '../errors';

/** The webhook's signature is wrong or stale. The challenge stays bare: no token was sent (RFC 6750 section 3.1). */
export class WebhookSignatureError extends SallyportError {
  readonly status = 401;
  readonly code = 'invalid_token';
  readonly title = 'Invalid signature';
  override readonly challenge: Challenge = {};

  constructor() {
    super('The webhook is not signed as it must be, or not signed lately.');
  }
}

/** The webhook is signed well and says something that it can't mean. */
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

export class WebhookTooLargeError extends SallyportError {
  readonly status = 413;
  readonly code = 'body_too_large';
  readonly title = 'Body too large';

  constructor(maxBytes: number) {
    super(`The body may have at most ${String(maxBytes)} bytes.`);
  }
}

/** The body did not come in time. The connection ends with the answer, so that the rest of it is not waited for. */
export class WebhookTimeoutError extends SallyportError {
  readonly status = 408;
  readonly code = 'invalid_request';
  readonly title = 'Body too slow';
  override readonly extraHeaders = { Connection: 'close' };

  constructor() {
    super('The body did not arrive in time.');
  }
}

/** Too many webhooks of one address are being received (RateLimit fields of draft-ietf-httpapi-ratelimit-headers). */
export class TooManyWebhooksError extends RateLimitedError {
  override readonly extraHeaders: Readonly<Record<string, string>>;

  constructor(atOnce: number, retryAfter: number) {
    super(retryAfter);
    this.extraHeaders = {
      'RateLimit-Policy': `"webhooks"; q=${String(atOnce)}; qu="concurrent-requests"`,
      RateLimit: `"webhooks"; r=0; t=${String(retryAfter)}`,
    };
  }
}
