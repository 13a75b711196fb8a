import { encodeCursor } from './cursor';
import type { Page, StoredModule } from './module-store';

/**
 * The module as the contract shows it. `data` goes in as the text it is kept as: never parsed, never changed. But for the
 * userId nothing else here has a character that JSON would escape.
 */
export function moduleJson(userId: string, module: StoredModule): string {
  const { moduleId, data, version, createdAt, updatedAt } = module;
  const owner = `{"userId":${JSON.stringify(userId)},"moduleId":"${moduleId}"`;
  return `${owner},"data":${data},"version":${version},"createdAt":"${createdAt}","updatedAt":"${updatedAt}"}`;
}

export function pageJson(userId: string, { items, next }: Page): string {
  const modules = items.map((module) => moduleJson(userId, module)).join(',');
  const nextCursor = next === undefined ? null : encodeCursor(next);
  return `{"items":[${modules}],"nextCursor":${JSON.stringify(nextCursor)}}`;
}
