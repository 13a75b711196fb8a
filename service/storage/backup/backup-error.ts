/** A backup that can't be made, read or restored. The message consists of sentences for the operator. */
export class BackupError extends Error {
  override readonly name = 'BackupError';
}
