import { apiKeys, type ApiKeys } from 'sallyport';
import type { Config } from './config';
import type { Core } from './core';

/** API keys of users, for the routes and the admin commands. */
export function createKeys(
  { apiKeyPrefix: prefix }: Pick<Config, 'apiKeyPrefix'>,
  { storage, revocations }: Pick<Core, 'storage' | 'revocations'>,
): ApiKeys {
  return apiKeys({ store: storage.apiKeys, revocations, prefix, scopes: ['modules:read', 'modules:write'] });
}
