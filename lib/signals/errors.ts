import { InvalidTokenError, SallyportError, type InvalidTokenReason } from '../errors';

/** Error codes of RFC 8935 section 2.4. */
export type SignalErrorCode = 'invalid_request' | 'invalid_key' | 'invalid_issuer' | 'invalid_audience';

/** A logout token or security event that is not acted on. Its sender is told why in the form of its own standard. */
export class SignalRefusedError extends SallyportError {
  readonly status = 400;
  readonly code = 'invalid_request';
  readonly title = 'Signal refused';

  constructor(
    detail: string,
    /** As RFC 8935 section 2.4 names it. */
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

/** What is the sender's to mend is a 400 here, a bad signature too; anything else stays what it is. */
export function asRefusal(error: unknown): unknown {
  if (error instanceof InvalidTokenError)
    return new SignalRefusedError(error.detail, CODES[error.reason], { cause: error });
  if (error instanceof SallyportError && error.status === 400 && !(error instanceof SignalRefusedError))
    return new SignalRefusedError(error.detail, 'invalid_request', { cause: error });
  return error;
}
