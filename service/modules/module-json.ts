import { encodeCursor } from './cursor';
import type { Page, StoredModule } from './module-store';

/** The module as the contract shows it. `data` goes in as the text it is kept as: never parsed, never changed. */
export function moduleJson(userId: string, module: StoredModule): string {
  const { moduleId, data, version, createdAt, updatedAt } = module;
  const owner = JSON.stringify({ userId, moduleId });
  const rest = JSON.stringify({ version, createdAt, updatedAt });
  return `${owner.slice(0, -1)},"data":${data},${rest.slice(1)}`;
}

export function pageJson(userId: string, { items, next }: Page): string {
  const modules = items.map((module) => moduleJson(userId, module)).join(',');
  const nextCursor = next === undefined ? null : encodeCursor(next);
  return `{"items":[${modules}],"nextCursor":${JSON.stringify(nextCursor)}}`;
}
