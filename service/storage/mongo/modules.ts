import { StoreUnavailableError } from 'sallyport';
import { MAX_DATA_BYTES } from '../../modules/json-text';
import type { ModuleStore, Page, PageOptions, SaveOptions } from '../../modules/module-store';
import { newRevision } from '../../modules/revision';
import { additions } from './additions';
import { type ModuleCollections, type ModuleDocument, moduleOf } from './module-document';

/** An attempt fails only if another request adds or deletes the module at the same time, so this many are enough. */
const MAX_TRIES = 20;

export function mongoModules(collections: ModuleCollections): ModuleStore {
  const { modules, owners } = collections;
  const add = additions(collections);
  return {
    async save(owner, moduleId, data, options) {
      for (let tries = 0; tries < MAX_TRIES; tries += 1) {
        const updated = await update(collections, owner, moduleId, data, options.ifMatch);
        if (updated) return { outcome: 'updated', module: moduleOf(updated) };
        if (options.ifMatch !== undefined) return { outcome: 'mismatch' };
        const added = await add(owner, { moduleId, data, limit: options.limit });
        if (added) return added;
      }
      throw new StoreUnavailableError();
    },
    async get(owner, moduleId) {
      const found = await modules().findOne(one(owner, moduleId));
      return found ? moduleOf(found) : undefined;
    },
    list: (owner, options) => list(collections, owner, options),
    async delete(owner, moduleId) {
      return (await modules().deleteOne(one(owner, moduleId))).deletedCount === 1;
    },
    async deleteAll(owner) {
      const { deletedCount } = await modules().deleteMany({ owner: { $eq: owner } });
      await owners().deleteOne({ _id: { $eq: owner } });
      return deletedCount;
    },
  };
}

/** `$eq` around each value, so that it is compared and never read as an operator. */
function one(owner: string, moduleId: string) {
  return { owner: { $eq: owner }, moduleId: { $eq: moduleId } };
}

async function update(
  { modules }: ModuleCollections,
  owner: string,
  moduleId: string,
  data: string,
  ifMatch: SaveOptions['ifMatch'],
): Promise<ModuleDocument | null> {
  const revision = ifMatch === undefined || ifMatch === '*' ? {} : { revision: { $in: [...ifMatch] } };
  const written = { data, revision: newRevision(), updatedAt: new Date() };
  const change = { $set: written, $inc: { version: 1 } };
  const filter = { ...one(owner, moduleId), ...revision };
  return modules().findOneAndUpdate(filter, change, { returnDocument: 'after' });
}

async function list(
  { modules }: ModuleCollections,
  owner: string,
  { limit, after, maxBytes }: PageOptions,
): Promise<Page> {
  const rest = after === undefined ? {} : { moduleId: { $gt: after } };
  const documents = modules()
    .find({ owner: { $eq: owner }, ...rest })
    .sort({ moduleId: 1 })
    .limit(limit + 1)
    // A batch of the largest modules fills a page, so only little more than a page is read from the server.
    .batchSize(Math.min(limit, Math.ceil(maxBytes / MAX_DATA_BYTES)) + 1);
  const items = [];
  let bytes = 0;
  for await (const document of documents) {
    if (items.length === limit || bytes > maxBytes) return { items, next: items.at(-1)?.moduleId };
    items.push(moduleOf(document));
    bytes += Buffer.byteLength(document.data);
  }
  return { items, next: undefined };
}
