import type {
  ModuleStore,
  Page,
  PageOptions,
  SaveOptions,
  SaveOutcome,
  StoredModule,
} from '../../modules/module-store';
import { newRevision } from '../../modules/revision';
import type { Environment, Tables } from './environment';

/** One value per module: a line of JSON with its metadata, then its `data` as it is. */
export function embeddedModules(environment: Environment): ModuleStore {
  return {
    save: (owner, moduleId, data, options) =>
      environment.write((tables) => save(tables, owner, moduleId, data, options)),
    get: (owner, moduleId) => environment.read((tables) => read(tables, owner, moduleId)),
    list: (owner, options) => environment.read((tables) => list(tables, owner, options)),
    delete: (owner, moduleId) => environment.write(({ modules }) => modules.removeSync([owner, moduleId])),
    deleteAll: (owner) =>
      environment.write(({ modules }) => {
        const keys = [...modules.getKeys(allOf(owner))];
        for (const key of keys) modules.removeSync(key);
        return keys.length;
      }),
  };
}

/** Sorts after every moduleId, whose last possible character is `~`. */
const LAST = '\x7f';

function allOf(owner: string): { start: string[]; end: string[] } {
  return { start: [owner, ''], end: [owner, LAST] };
}

function save(
  tables: Tables,
  owner: string,
  moduleId: string,
  data: string,
  { ifMatch, limit }: SaveOptions,
): SaveOutcome {
  const before = read(tables, owner, moduleId);
  if (ifMatch !== undefined && !(before && (ifMatch === '*' || ifMatch.includes(before.revision)))) {
    return { outcome: 'mismatch' };
  }
  if (!before && tables.modules.getKeysCount(allOf(owner)) >= limit) return { outcome: 'limit' };
  const now = new Date().toISOString();
  const module: StoredModule = {
    moduleId,
    data,
    version: (before?.version ?? 0) + 1,
    revision: newRevision(),
    createdAt: before?.createdAt ?? now,
    updatedAt: now,
  };
  tables.modules.putSync([owner, moduleId], encode(module));
  return { outcome: before ? 'updated' : 'created', module: Object.freeze(module) };
}

export function read({ modules }: Tables, owner: string, moduleId: string): StoredModule | undefined {
  const text = modules.get([owner, moduleId]);
  return text === undefined ? undefined : decode(moduleId, text);
}

function list({ modules }: Tables, owner: string, { limit, after, maxBytes }: PageOptions): Page {
  const { start, end } = allOf(owner);
  const from = (moduleId: string) => ({ start: [owner, moduleId], end, exclusiveStart: true });
  const items: StoredModule[] = [];
  let bytes = 0;
  for (const { key, value } of modules.getRange({
    ...(after === undefined ? { start, end } : from(after)),
    limit,
  })) {
    const module = decode((key as [string, string])[1], value);
    items.push(module);
    bytes += Buffer.byteLength(module.data);
    if (bytes > maxBytes) break;
  }
  const last = items.at(-1)?.moduleId;
  const goesOn = last !== undefined && modules.getKeysCount({ ...from(last), limit: 1 }) > 0;
  return { items, next: goesOn ? last : undefined };
}

export function encode({ data, version, revision, createdAt, updatedAt }: StoredModule): string {
  return `${JSON.stringify({ version, revision, createdAt, updatedAt })}\n${data}`;
}

function decode(moduleId: string, text: string): StoredModule {
  const border = text.indexOf('\n');
  const head = JSON.parse(text.slice(0, border)) as Omit<StoredModule, 'moduleId' | 'data'>;
  const { version, revision, createdAt, updatedAt } = head;
  const data = text.slice(border + 1);
  return Object.freeze({ moduleId, data, version, revision, createdAt, updatedAt });
}
