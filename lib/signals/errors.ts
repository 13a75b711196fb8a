import { InvalidTokenError, SallyportError, type InvalidTokenReason } from '../errors';

/** Error codes of RFC 8935 section 2.4. */
export type SignalErrorCode = 'invalid_request' | 'invalid_key' | 'invalid_issuer' | 'invalid_audience';

/**
 * 400: a logout token or security event is refused. The answer's body has the form that the standard of the message
 * defines.
 */
export class SignalRefusedError extends SallyportError {
  readonly status = 400;
  readonly code = 'invalid_request';
  readonly title = 'Signal refused';

  constructor(
    detail: string,
    /** Error code of RFC 8935 section 2.4. */
    readonly err: SignalErrorCode = 'invalid_request',
    options?: { readonly cause?: unknown },
  ) {
    super(detail, options);
  }
}

const CODES: Readonly<Partial<Record<InvalidTokenReason, SignalErrorCode>>> = {
  algorithm: 'invalid_key',
  audience: 'invalid_audience',
  signature: 'invalid_key',
  unknown_issuer: 'invalid_issuer',
  unknown_key: 'invalid_key',
};

/** Errors of the sender become a 400, a bad signature too; others, such as an outage, are returned unchanged. */
export function asRefusal(error: unknown): unknown {
  if (error instanceof InvalidTokenError)
    return new SignalRefusedError(error.detail, CODES[error.reason], { cause: error });
  if (error instanceof SallyportError && error.status === 400 && !(error instanceof SignalRefusedError))
    return new SignalRefusedError(error.detail, 'invalid_request', { cause: error });
  return error;
}
