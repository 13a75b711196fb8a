import { UnusableStoreError } from '../unusable-store';

/** The folder must not be used as it is, and nothing but an operator can change that: it ends the start. */
export class RefusedFolderError extends UnusableStoreError {
  override readonly name: string = 'RefusedFolderError';
}
