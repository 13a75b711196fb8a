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

/** Everything in one LMDB folder. Throws `StorageFormatError` for a folder that this version must not touch. */
export function openEmbeddedStorage({ onEvent, ...options }: EmbeddedStorageOptions): Storage {
  const environment = new Environment(options);
  environment.open();
  const guard = <T extends object>(name: string, store: T, unguarded: readonly (keyof T)[] = []): T =>
    guarded(store, { name, unguarded, ...(onEvent && { onEvent }) });
  return {
    users: guard('users', embeddedUsers(environment)),
    modules: guard('modules', embeddedModules(environment)),
    revocations: guard('revocations', embeddedRevocations(environment), ['watch']),
    apiKeys: guard('apiKeys', embeddedApiKeys(environment)),
    replays: guard('replays', embeddedReplays(environment)),
    // An empty transaction takes the writer's lock and touches no disk.
    check: () => environment.write(() => undefined),
    close: () => environment.close(),
  };
}
