import type { Store as RateLimitStore } from 'express-rate-limit';
import type { ApiKeyStore, ReplayStore, RevocationStore, UserStore } from 'sallyport';
import type { ModuleStore } from '../modules/module-store';

/** All that the service keeps, in one place: an embedded folder or a database. */
export interface Storage {
  readonly users: UserStore;
  readonly modules: ModuleStore;
  readonly revocations: RevocationStore;
  readonly apiKeys: ApiKeyStore;
  readonly replays: ReplayStore;
  /** Counts for all instances; undefined where there is but one machine, whose memory does. */
  readonly rateLimits?: (prefix: string) => RateLimitStore;
  /** Rejects with `StoreUnavailableError` while the store can't be read or written. */
  check(): Promise<void>;
  /** Lets writes under way finish. Every call after it rejects with `StoreUnavailableError`. */
  close(): Promise<void>;
}
