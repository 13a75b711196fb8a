import { guarded, type OnEvent } from 'sallyport';
import type { Storage } from '../storage';
import { embeddedApiKeys } from './api-keys';
import { Environment, type EnvironmentOptions } from './environment';
import { embeddedModules } from './modules';
import { embeddedReplays } from './replays';
import { embeddedRevocations } from './revocations';
import { embeddedUsers } from './users';

export interface EmbeddedStorageOptions extends EnvironmentOptions {
  readonly onEvent?: OnEvent;
}

/** Stores everything in one LMDB folder. Rejects with `RefusedFolderError` for a folder that must not be used. */
export async function openEmbeddedStorage({ onEvent, ...options }: EmbeddedStorageOptions): Promise<Storage> {
  const environment = new Environment(options);
  await environment.open();
  const guard = <T extends object>(name: string, store: T): T =>
    guarded(store, { name, ...(onEvent && { onEvent }) });
  return {
    // `sallyport()` itself guards users and revocations.
    users: embeddedUsers(environment),
    revocations: embeddedRevocations(environment),
    modules: guard('modules', embeddedModules(environment)),
    apiKeys: guard('apiKeys', embeddedApiKeys(environment)),
    replays: guard('replays', embeddedReplays(environment)),
    // An empty transaction takes the write lock without any disk access.
    check: () => environment.write(() => undefined),
    close: () => environment.close(),
  };
}
