/** `claimed`: yours to handle. `busy`: another is handling it. `done`: it was handled. */
export type Claim = 'claimed' | 'busy' | 'done';

/**
 * Which messages were handled, for all instances. An id is claimed before its effect and marked done with it, so
 * copies that arrive together have one effect; a claim whose holder died lapses, so no message is lost either.
 * Times are judged by the store's own clock. Every method rejects with `StoreUnavailableError` when the store
 * can't be reached.
 */
export interface ReplayStore {
  /**
   * Required. One atomic step: exactly one of many callers gets `claimed`, until it completes, releases or
   * `leaseMs` have passed. `holder` is random for each attempt. Any string may be an id.
   */
  claim(id: string, holder: string, leaseMs: number): Promise<Claim>;
  /** Required. The effect is durable: from now on `done`, for at least `keepMs`. Even when the claim has lapsed. */
  complete(id: string, keepMs: number): Promise<void>;
  /** Required. The effect failed: the next one may claim it at once. Nothing happens to another holder's claim. */
  release(id: string, holder: string): Promise<void>;
}
