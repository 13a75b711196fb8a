/** A backup that can't be made, read or restored. Its message is sentences for the operator. */
export class BackupError extends Error {
  override readonly name = 'BackupError';
}
