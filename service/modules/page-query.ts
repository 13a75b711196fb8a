import { InvalidRequestError } from 'sallyport';
import { decodeCursor } from './cursor';
import type { PageOptions } from './module-store';

const STANDARD = 50;
const MOST = 100;
const MAX_PAGE_BYTES = 4 * 1024 * 1024;

/** `?limit=&cursor=`. Other parameters mean nothing here and are left alone. */
export function readPageQuery(query: Readonly<Record<string, unknown>>): PageOptions {
  const { limit, cursor } = query;
  return {
    limit: limit === undefined ? STANDARD : readLimit(limit),
    maxBytes: MAX_PAGE_BYTES,
    ...(cursor !== undefined && { after: readCursor(cursor) }),
  };
}

function readLimit(limit: unknown): number {
  const value = typeof limit === 'string' && /^\d{1,3}$/.test(limit) ? Number(limit) : NaN;
  if (value >= 1 && value <= MOST) return value;
  throw new InvalidRequestError(`limit must be one whole number from 1 to ${String(MOST)}.`);
}

function readCursor(cursor: unknown): string {
  if (typeof cursor !== 'string') throw new InvalidRequestError('cursor must be there once at most.');
  return decodeCursor(cursor);
}
