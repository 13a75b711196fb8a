/** A readiness gap (ops/health.ts) in the form that is sent between processes. */
export interface SentGap {
  readonly missing: string;
  readonly failure?: { readonly code: string; readonly detail: string; readonly retryAfter: number };
}

export type FromWorker =
  /** Its store is open. */
  | { readonly type: 'prepared' }
  | { readonly type: 'listening' }
  /** It cannot start, and waits for `explain` before it logs why. */
  | { readonly type: 'failed' }
  /** Asks for the gaps of the other workers. */
  | { readonly type: 'ask' }
  /** Its own gaps. */
  | { readonly type: 'lacks'; readonly gaps: readonly SentGap[] }
  | { readonly type: 'measured'; readonly samples: readonly object[] };

export type FromPrimary =
  /** All workers are prepared. */
  | { readonly type: 'listen' }
  /** Log why the start failed, and exit. */
  | { readonly type: 'explain' }
  /** Shut down as on SIGTERM (`drain`) or SIGINT (`stop`). */
  | { readonly type: 'drain' }
  | { readonly type: 'stop' }
  | { readonly type: 'what do you lack' }
  | { readonly type: 'others lack'; readonly gaps: readonly SentGap[] }
  | { readonly type: 'measure' };
