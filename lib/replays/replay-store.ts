/** `claimed`: the caller must handle it. `busy`: another caller is handling it. `done`: it was handled. */
export type Claim = 'claimed' | 'busy' | 'done';

/**
 * Stores which messages were handled, for all instances. An id is claimed before its effect and marked as done after
 * it, so that concurrent duplicates have one effect; a claim expires if its holder ends, so that no message is lost.
 * Times are those of the store's own clock. Every method rejects with `StoreUnavailableError` when the store cannot be
 * reached.
 */
export interface ReplayStore {
  /**
   * Required. One atomic step: of concurrent callers exactly one gets `claimed`, until it completes or releases the
   * claim, or `leaseMs` have passed. `holder` is random for each attempt. `id` may be any string.
   */
  claim(id: string, holder: string, leaseMs: number): Promise<Claim>;
  /** Required. The effect is durable: `done` from now on, for at least `keepMs`, even if the claim has expired. */
  complete(id: string, keepMs: number): Promise<void>;
  /** Required. The effect failed: another caller may claim the id at once. Does not release another holder's claim. */
  release(id: string, holder: string): Promise<void>;
}
