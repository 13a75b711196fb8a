import { InvalidRequestError } from 'sallyport';
import { isModuleId } from './module-id';

const PREFIX = 'after:';

/** What a page hands out to go on from: opaque to callers, and good however the modules change meanwhile. */
export function encodeCursor(moduleId: string): string {
  return Buffer.from(PREFIX + moduleId).toString('base64url');
}

/** The moduleId to go on after. Anything that `encodeCursor` did not make is refused. */
export function decodeCursor(cursor: string): string {
  const text = Buffer.from(cursor, 'base64url').toString('latin1');
  const moduleId = text.slice(PREFIX.length);
  if (!isModuleId(moduleId) || encodeCursor(moduleId) !== cursor) {
    throw new InvalidRequestError('cursor must be the nextCursor of an earlier page.');
  }
  return moduleId;
}
