import type { ApiKeyStore, Identity, Revocations, Tombstone, UserStore } from 'sallyport';
import type { ModuleStore } from '../modules/module-store';
import type { Logger } from '../ops/logger';
import { sweepsLater } from './sweeps-later';

export interface ErasureParts {
  /** The store of the `sallyport()` middleware, so that its cache drops the user as well. */
  readonly users: UserStore;
  readonly modules: Pick<ModuleStore, 'deleteAll'>;
  readonly apiKeys: Pick<ApiKeyStore, 'deleteAll'>;
  readonly revocations: Pick<Revocations, 'revoke'>;
  readonly logger: Logger;
  /** How far back tombstones are processed again at start, in seconds: the longest lifetime of a token. */
  readonly retentionSeconds: number;
}

export interface Erasure {
  /** Resolves once user, modules and keys are deleted and earlier tokens are refused. May be repeated. */
  erase(identity: Identity): Promise<void>;
  /** Completes, in the background, erasures that an earlier process may have left incomplete. */
  start(): void;
  /** Resolves once no sweep is pending, for a process that would otherwise exit before. */
  swept(): Promise<void>;
  stop(): void;
}

/**
 * Erases users. The tombstone and the revocation are written first, so that no new request finds the user. What a
 * request in flight writes after the deletion is deleted by a sweep a minute later.
 */
export function createErasure(parts: ErasureParts): Erasure {
  const { users, revocations, logger, retentionSeconds } = parts;
  const sweeps = sweepsLater((error) => {
    logger.warn({ err: error }, 'sweeping behind an erasure failed and is tried again');
  });

  /**
   * Repeats the steps with the time of the erasure, not of the sweep, so that a user who has signed in again is not
   * affected.
   */
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

/** The latest tombstone of each identity: it refuses all that earlier ones would. Stores return the oldest first. */
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
