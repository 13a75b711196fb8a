import { encodeCursor } from './cursor';
import type { Page, StoredModule } from './module-store';

/**
 * A module in the form of the API. `data` is inserted as the stored text, without parsing. No other value but `userId`
 * can contain characters that JSON escapes.
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
