import { safely, type OnEvent } from '../events';
import { guarded } from '../stores/guarded';
import { knownUsers, type KnownUsers } from './known-users';
import type { UserStore } from './user-store';

/** Seconds in the cache. Long, since an erasure clears the entry, and a cached user needs no round trip. */
const REMEMBERED = 600;

/**
 * A user store with a timeout, a cache and events. A store that is a `userDirectory` already is returned as it is, so
 * that a host can share it between a chain and its webhooks.
 *
 * @throws {TypeError} when it is called, if `store` is not a user store.
 *
 * @example
 * const directory = userDirectory(users);
 */
export function userDirectory(store: UserStore | KnownUsers, onEvent?: OnEvent): KnownUsers {
  if (typeof (store as Partial<UserStore> | undefined)?.getOrCreate !== 'function') {
    throw new TypeError('"users" must be a user store, such as memoryUsers()');
  }
  if ('forget' in store) return store;
  const emit = safely(onEvent);
  const steady = guarded(store, { name: 'users', ...(onEvent && { onEvent }) });
  const telling: UserStore = {
    getOrCreate: async (identity, issuedAt) => {
      const user = await steady.getOrCreate(identity, issuedAt);
      emit({ type: 'provisioned', ...identity, userId: user.id });
      return user;
    },
    find: (identity) => steady.find(identity),
    fill: (identity, profile, updatedAt) => steady.fill(identity, profile, updatedAt),
    bury: (identity, erasedAt) => steady.bury(identity, erasedAt),
    buried: (since) => steady.buried(since),
  };
  return knownUsers(telling, { seconds: REMEMBERED });
}
