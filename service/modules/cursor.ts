import { isModuleId } from './module-id';

const PREFIX = 'after:';

/** The cursor of the next page: opaque to callers, and valid even if modules are added or deleted meanwhile. */
export function encodeCursor(moduleId: string): string {
  return Buffer.from(PREFIX + moduleId).toString('base64url');
}

/** The moduleId after which the page begins; undefined for a cursor that `encodeCursor` did not create. */
export function decodeCursor(cursor: string): string | undefined {
  const text = Buffer.from(cursor, 'base64url').toString('latin1');
  const moduleId = text.slice(PREFIX.length);
  return isModuleId(moduleId) && encodeCursor(moduleId) === cursor ? moduleId : undefined;
}
