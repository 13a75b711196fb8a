import { mongo } from 'mongoose';
import type { SaveOutcome } from '../../modules/module-store';
import { newRevision } from '../../modules/revision';
import { batches } from './batches';
import { BY_OWNER, type ModuleCollections, type ModuleDocument, moduleOf } from './module-document';
import { inTransaction } from './transaction';

export interface Addition {
  readonly moduleId: string;
  readonly data: string;
  /** Maximum number of modules of the owner. */
  readonly limit: number;
}

/** 16 modules of the largest size are 4 MiB, a quarter of the maximum of one document. */
const MAX_BATCH = 16;

const DUPLICATE_KEY = 11000;

/**
 * Adds modules that the owner does not have. Each transaction writes the owner's document first, so only one instance
 * at a time counts and adds. Undefined: another request added the same module, or the owner's first one, at the same
 * time.
 */
export function additions(
  collections: ModuleCollections,
): (owner: string, addition: Addition) => Promise<SaveOutcome | undefined> {
  return batches(async (owner, items) => {
    try {
      return await inTransaction(collections.connection, (session) =>
        addAll(collections, owner, items, session),
      );
    } catch (error) {
      if (error instanceof mongo.MongoServerError && error.code === DUPLICATE_KEY) return [];
      throw error;
    }
  }, MAX_BATCH);
}

async function addAll(
  { modules, owners }: ModuleCollections,
  owner: string,
  items: readonly Addition[],
  session: mongo.ClientSession,
): Promise<(SaveOutcome | undefined)[]> {
  await owners().updateOne({ _id: { $eq: owner } }, { $inc: { additions: 1 } }, { upsert: true, session });
  const most = Math.max(...items.map(({ limit }) => limit));
  let count = await modules().countDocuments(
    { owner: { $eq: owner } },
    { session, limit: most, hint: BY_OWNER },
  );
  const added = new Map<string, ModuleDocument>();
  const outcomes = items.map(({ moduleId, data, limit }): SaveOutcome | undefined => {
    if (added.has(moduleId)) return undefined;
    if (count >= limit) return { outcome: 'limit' };
    count += 1;
    const document = newModule(owner, moduleId, data);
    added.set(moduleId, document);
    return { outcome: 'created', module: moduleOf(document) };
  });
  if (added.size > 0) await modules().insertMany([...added.values()], { session });
  return outcomes;
}

function newModule(owner: string, moduleId: string, data: string): ModuleDocument {
  const now = new Date();
  return { owner, moduleId, data, version: 1, revision: newRevision(), createdAt: now, updatedAt: now };
}
