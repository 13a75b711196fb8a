import { RateLimitedError, SallyportError } from '../errors';

export class WebhookTooLargeError extends SallyportError {
  readonly status = 413;
  readonly code = 'body_too_large';
  readonly title = 'Body too large';

  constructor(maxBytes: number) {
    super(`The body may have at most ${String(maxBytes)} bytes.`);
  }
}

/** The body did not arrive in time. The answer closes the connection, so that the rest need not be received. */
export class WebhookTimeoutError extends SallyportError {
  readonly status = 408;
  readonly code = 'invalid_request';
  readonly title = 'Body too slow';
  override readonly extraHeaders = { Connection: 'close' };

  constructor() {
    super('The body did not arrive in time.');
  }
}

/** Too many concurrent webhooks from one address (RateLimit fields of draft-ietf-httpapi-ratelimit-headers). */
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
