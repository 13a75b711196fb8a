import { isModuleId } from './module-id';

const PREFIX = 'after:';

/** What a page hands out to go on from: opaque to callers, and good however the modules change meanwhile. */
export function encodeCursor(moduleId: string): string {
  return Buffer.from(PREFIX + moduleId).toString('base64url');
}

/** The moduleId to go on after; undefined for anything that `encodeCursor` did not make. */
export function decodeCursor(cursor: string): string | undefined {
  const text = Buffer.from(cursor, 'base64url').toString('latin1');
  const moduleId = text.slice(PREFIX.length);
  return isModuleId(moduleId) && encodeCursor(moduleId) === cursor ? moduleId : undefined;
}
