/** A gap of readiness (ops/health.ts) in the form that goes from process to process. */
export interface SentGap {
  readonly missing: string;
  readonly failure?: { readonly code: string; readonly detail: string; readonly retryAfter: number };
}

export type FromWorker =
  /** Its store is open. */
  | { readonly type: 'prepared' }
  | { readonly type: 'listening' }
  /** It cannot start, and waits until it is told to say why. */
  | { readonly type: 'failed' }
  /** Wants to know what the other workers lack. */
  | { readonly type: 'ask' }
  /** What it lacks itself. */
  | { readonly type: 'lacks'; readonly gaps: readonly SentGap[] }
  | { readonly type: 'measured'; readonly samples: readonly object[] };

export type FromPrimary =
  /** All are prepared. */
  | { readonly type: 'listen' }
  /** Log why it failed, and end. */
  | { readonly type: 'explain' }
  /** End as at SIGTERM, and as at SIGINT. */
  | { readonly type: 'drain' }
  | { readonly type: 'stop' }
  | { readonly type: 'what do you lack' }
  | { readonly type: 'others lack'; readonly gaps: readonly SentGap[] }
  | { readonly type: 'measure' };
