import type { ApiKeyRecord, Revocation, RevocationStore } from 'sallyport';
import type { Shelf, UserEntry } from 'sallyport/mongo';
import type { StoredModule } from '../modules/module-store';

export interface ModuleEntry extends StoredModule {
  readonly owner: string;
}

/**
 * A store as a whole, for moving it into another one while no service runs on either. Counts of limits and handled
 * webhooks stay behind: they are over before long.
 */
export interface Archive {
  readonly users: Shelf<UserEntry>;
  readonly modules: Shelf<ModuleEntry>;
  readonly apiKeys: Shelf<ApiKeyRecord>;
  readonly revocations: Shelf<Revocation>;
  close(): Promise<void>;
}

/** Revocations by their port: it tells all of them, and adding one again does no harm. */
export function revocationShelf(store: RevocationStore): Shelf<Revocation> {
  let kept: Promise<Map<string, Revocation>> | undefined;
  const readAll = async (): Promise<Map<string, Revocation>> => {
    const { revocations } = await store.read();
    return new Map(revocations.map((revocation) => [keyOf(revocation), revocation]));
  };
  return {
    async *read() {
      yield (await store.read()).revocations;
    },
    async find(entries) {
      const byKey = await (kept ??= readAll());
      return entries.map((entry) => byKey.get(keyOf(entry)));
    },
    async add(entries) {
      kept = undefined;
      await store.add(entries);
    },
  };
}

function keyOf({ by, issuer, value }: Revocation): string {
  return JSON.stringify([by, issuer, value]);
}
