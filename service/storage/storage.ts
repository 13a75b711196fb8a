import type { Store as RateLimitStore } from 'express-rate-limit';
import type { ApiKeyStore, ReplayStore, RevocationStore, UserStore } from 'sallyport';
import type { ModuleStore } from '../modules/module-store';

/** Everything that the service stores, in one embedded folder or database. */
export interface Storage {
  readonly users: UserStore;
  readonly modules: ModuleStore;
  readonly revocations: RevocationStore;
  readonly apiKeys: ApiKeyStore;
  readonly replays: ReplayStore;
  /**
   * Rate limit counts shared by all instances. Undefined for the embedded store, where each process counts in memory.
   */
  readonly rateLimits?: (prefix: string) => RateLimitStore;
  /** Rejects with `StoreUnavailableError` while the store can't be read or written. */
  check(): Promise<void>;
  /** Waits for writes in progress. Calls after it reject with `StoreUnavailableError`. */
  close(): Promise<void>;
}
