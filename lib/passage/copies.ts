/** Counts the copies of this package in the process: each accepts only the proofs that it made itself. */
const COPIES = Symbol.for('sallyport.copies');
const counted = globalThis as { [COPIES]?: number };
counted[COPIES] = (counted[COPIES] ?? 0) + 1;

/** The error for a request without a proof of this copy of the package; names duplicate copies as a possible cause. */
export function noProof(message: string): Error {
  const copies = counted[COPIES] ?? 1;
  if (copies === 1) return new Error(message);
  return new Error(
    `${message}. ${copies} copies of sallyport are loaded, and none of them trusts a proof of another: ` +
      'see `npm ls sallyport` and, in tests, jest.resetModules.',
  );
}
