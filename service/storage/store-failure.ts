import { SallyportError } from 'sallyport';
import { BackupError } from './backup/backup-error';
import { UnusableStoreError } from './unusable-store';

/** What a store that failed while it was read or written as a whole is told as; a bug stays one. */
export function storeFailure(error: unknown, whatNow: string): unknown {
  const isSaid = [BackupError, UnusableStoreError, SallyportError, TypeError, RangeError].some(
    (known) => error instanceof known,
  );
  if (isSaid) return error;
  return new UnusableStoreError(`The store failed meanwhile: npm run admin -- doctor says why. ${whatNow}`, {
    cause: error,
  });
}
