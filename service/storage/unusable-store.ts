/** The store can't be used, and waiting does not help. The message is a sentence for the operator. */
export class UnusableStoreError extends Error {
  override readonly name: string = 'UnusableStoreError';
}
