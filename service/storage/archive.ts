import type { ApiKeyRecord, Revocation, RevocationStore } from 'sallyport';
import type { Shelf, UserEntry } from 'sallyport/mongo';
import type { StoredModule } from '../modules/module-store';

export interface ModuleEntry extends StoredModule {
  readonly owner: string;
}

/**
 * All of a store, to copy it into another one. No service may run on the store that is written to. Counts of rate
 * limits and ids of handled webhooks are not copied: they expire soon.
 */
export interface Archive {
  readonly users: Shelf<UserEntry>;
  readonly modules: Shelf<ModuleEntry>;
  readonly apiKeys: Shelf<ApiKeyRecord>;
  readonly revocations: Shelf<Revocation>;
  close(): Promise<void>;
}

/** Revocations by `RevocationStore`, which returns all of them; adding one again changes nothing. */
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
