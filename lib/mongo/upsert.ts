const DUPLICATE_KEY = 11000;

export function isDuplicateKey(error: unknown): boolean {
  return error instanceof Error && (error as Error & { code?: unknown }).code === DUPLICATE_KEY;
}

/**
 * An upsert that may race with another of the same key. E11000: nothing was written because the other came first;
 * `again` then repeats or reads. After an answer without a document, `read` gets the one that is there.
 */
export async function upserted<T>(
  upsert: () => Promise<T | null>,
  read: () => Promise<T | null>,
  again = upsert,
): Promise<T> {
  const first = await upsert().catch(async (error: unknown) => {
    if (isDuplicateKey(error)) return again();
    throw error;
  });
  const document = first ?? (await read());
  if (document === null) throw new Error('the document was deleted while it was made');
  return document;
}
