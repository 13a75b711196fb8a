/**
 * The server refused to make the indexes of a collection, because of another index, of documents in the collection, or
 * of a missing privilege. `cause` is the driver's error; its `code` is mostly 13 (unauthorized), 85 or 86 (another index
 * with these keys or this name), or 11000 (duplicate key).
 */
export class IndexError extends Error {
  override readonly name = 'IndexError';

  constructor(
    /** Name of the collection, with its prefix. */
    readonly collection: string,
    options: { readonly cause: unknown },
  ) {
    super(`the indexes of ${collection} can't be made`, options);
  }
}
