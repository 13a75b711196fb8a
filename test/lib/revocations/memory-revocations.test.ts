import { memoryRevocations } from '../../../lib/revocations/memory-revocations';
import { revocationStoreContract } from '../../../lib/testing/contracts/revocation-store';

describe('memoryRevocations', () => {
  it.each(revocationStoreContract)('$name', ({ run }) => run(() => memoryRevocations()));
});
