import type { Identity, UserStore } from 'sallyport';
import type { ModuleStore } from '../modules/module-store';

export interface Erasable {
  /** As the chain knows them, so that it forgets the user too. */
  readonly users: UserStore;
  readonly modules: ModuleStore;
}

/** The tombstone first: once it stands, no request finds this user any more, so nothing is written behind the deletions. */
export async function eraseUser({ users, modules }: Erasable, identity: Identity): Promise<void> {
  const tombstones = await users.bury(identity, Date.now());
  for (const { userId } of tombstones) {
    if (userId !== undefined) await modules.deleteAll(userId);
  }
}
