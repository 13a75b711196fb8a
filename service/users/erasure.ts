import type { ApiKeyStore, Identity, Revocations, Tombstone, UserStore } from 'sallyport';
import type { ModuleStore } from '../modules/module-store';
import type { Logger } from '../ops/logger';
import { sweepsLater } from './sweeps-later';

export interface ErasureParts {
  /** As the chain knows them, so that it forgets the user too. */
  readonly users: UserStore;
  readonly modules: Pick<ModuleStore, 'deleteAll'>;
  readonly apiKeys: Pick<ApiKeyStore, 'deleteAll'>;
  readonly revocations: Pick<Revocations, 'revoke'>;
  readonly logger: Logger;
  /** How far back tombstones are swept at start: as long as a token may live. */
  readonly retentionSeconds: number;
}

export interface Erasure {
  /** Resolves once user, modules and keys are gone and earlier tokens are refused. Repeatable. */
  erase(identity: Identity): Promise<void>;
  /** Finishes, behind the requests, what an earlier run may have left undone. */
  start(): void;
  /** Resolves once no sweep is due any more: for a process that would end before. */
  swept(): Promise<void>;
  stop(): void;
}

/**
 * Erases users. Tombstone and revocation come first, so that no new request finds the user; what a request under way
 * still writes behind the deletions is swept up later.
 */
export function createErasure(parts: ErasureParts): Erasure {
  const { users, revocations, logger, retentionSeconds } = parts;
  const sweeps = sweepsLater((error) => {
    logger.warn({ err: error }, 'sweeping behind an erasure failed and is tried again');
  });

  /** The same steps again, for the time of the erasure and not of the sweep: who came back since is left alone. */
  async function finish(tombstones: readonly Tombstone[]): Promise<void> {
    for (const { issuer, subject, erasedAt } of latestOfEach(tombstones)) {
      await revocations.revoke([{ by: 'subject', issuer, value: subject, at: erasedAt }]);
    }
    await deleteOwned(parts, tombstones);
  }

  return {
    async erase({ issuer, subject }) {
      const tombstones = await users.bury({ issuer, subject }, Date.now());
      sweeps.later(() => finish(tombstones));
      await revocations.revoke([{ by: 'subject', issuer, value: subject }]);
      await deleteOwned(parts, tombstones);
    },
    start() {
      void sweeps.attempt(async () => finish(await users.buried(Date.now() - retentionSeconds * 1000)));
    },
    swept: () => sweeps.done(),
    stop: () => {
      sweeps.stop();
    },
  };
}

/** Oldest first, as stores tell them: the latest refuses all that the others would. */
function latestOfEach(tombstones: readonly Tombstone[]): Iterable<Tombstone> {
  const latest = new Map(
    tombstones.map((tombstone) => [JSON.stringify([tombstone.issuer, tombstone.subject]), tombstone]),
  );
  return latest.values();
}

async function deleteOwned(
  { modules, apiKeys }: ErasureParts,
  tombstones: readonly Tombstone[],
): Promise<void> {
  for (const { userId } of tombstones) {
    if (userId !== undefined) await Promise.all([modules.deleteAll(userId), apiKeys.deleteAll(userId)]);
  }
}
