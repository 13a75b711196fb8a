import { SallyportError } from 'sallyport';
import { BackupError } from './backup/backup-error';
import { UnusableStoreError } from './unusable-store';

/**
 * The error to report when a store failed during a backup or restore. Bugs (`TypeError`, `RangeError`) and our own
 * errors stay as they are.
 */
export function storeFailure(error: unknown, whatNow: string): unknown {
  const isSaid = [BackupError, UnusableStoreError, SallyportError, TypeError, RangeError].some(
    (known) => error instanceof known,
  );
  if (isSaid) return error;
  return new UnusableStoreError(`The store failed meanwhile: npm run admin -- doctor says why. ${whatNow}`, {
    cause: error,
  });
}
