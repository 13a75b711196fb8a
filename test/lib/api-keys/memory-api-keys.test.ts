import { memoryApiKeys } from '../../../lib/api-keys/memory-api-keys';
import { apiKeyStoreContract } from '../../../lib/testing/contracts/api-key-store';

describe('memoryApiKeys', () => {
  it.each(apiKeyStoreContract)('$name', ({ run }) => run(() => memoryApiKeys()));
});
