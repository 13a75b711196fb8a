import { UnusableStoreError } from '../unusable-store';

/** The folder must not be used, and only an operator can change that: the service does not start. */
export class RefusedFolderError extends UnusableStoreError {
  override readonly name: string = 'RefusedFolderError';
}
