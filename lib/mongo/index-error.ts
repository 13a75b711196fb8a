/**
 * The server refused to make the indexes of a collection, as when another index or documents of somebody else's are in
 * the way. `cause` is the driver's error, whose `code` says why: 13, 85, 86 and 11000 are seen most.
 */
export class IndexError extends Error {
  override readonly name = 'IndexError';

  constructor(
    /** With its prefix. */
    readonly collection: string,
    options: { readonly cause: unknown },
  ) {
    super(`the indexes of ${collection} can't be made`, options);
  }
}
