import { mongoShelves, type Shelf } from 'sallyport/mongo';
import { type Archive, type ModuleEntry, revocationShelf } from '../archive';
import type { OnHindrance } from '../hindrance';
import { openDatabase } from './database';
import { type ModuleCollections, type ModuleDocument, moduleOf } from './module-document';

/** Rejects while the database can't be reached, and with an `UnusableStoreError` if it can't be used. */
export async function openMongoArchive(uri: string, onHindrance?: OnHindrance): Promise<Archive> {
  const { connection, link, stores, modules } = await openDatabase({ uri, onHindrance });
  try {
    await link.check();
  } catch (error) {
    await link.close();
    throw new Error("the database that MONGODB_URI names can't be reached", { cause: error });
  }
  return {
    ...mongoShelves(connection),
    modules: moduleShelf(modules),
    revocations: revocationShelf(stores.revocations),
    close: () => link.close(),
  };
}

/** 20 modules of the largest size are 5 MiB; one command may have 48 MB. */
const AT_A_TIME = 20;

function moduleShelf({ modules }: ModuleCollections): Shelf<ModuleEntry> {
  const entryOf = (document: ModuleDocument): ModuleEntry => ({
    owner: document.owner,
    ...moduleOf(document),
  });
  const one = ({ owner, moduleId }: ModuleEntry) => ({
    owner: { $eq: owner },
    moduleId: { $eq: moduleId },
  });
  return {
    async *read() {
      const sorted = modules().find().sort({ owner: 1, moduleId: 1 }).batchSize(AT_A_TIME);
      let batch: ModuleEntry[] = [];
      for await (const document of sorted) {
        batch.push(entryOf(document));
        if (batch.length < AT_A_TIME) continue;
        yield batch;
        batch = [];
      }
      if (batch.length > 0) yield batch;
    },
    async find(entries) {
      const found = await Promise.all(entries.map((entry) => modules().findOne(one(entry))));
      return found.map((document) => (document ? entryOf(document) : undefined));
    },
    async add(entries) {
      const upserts = entries.map((entry) => {
        const { owner, moduleId, createdAt, updatedAt, ...rest } = entry;
        const times = { createdAt: new Date(createdAt), updatedAt: new Date(updatedAt) };
        const fields = { owner, moduleId, ...rest, ...times };
        return { updateOne: { filter: one(entry), update: { $setOnInsert: fields }, upsert: true } };
      });
      if (upserts.length > 0) await modules().bulkWrite(upserts, { ordered: false });
    },
  };
}
