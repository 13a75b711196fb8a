/** The store can't be used as it is, however long it is waited for. Its message is a sentence for the operator. */
export class UnusableStoreError extends Error {
  override readonly name: string = 'UnusableStoreError';
}
