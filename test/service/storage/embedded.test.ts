import { apiKeyStoreContract } from '../../../lib/testing/contracts/api-key-store';
import { replayStoreContract } from '../../../lib/testing/contracts/replay-store';
import { revocationStoreContract } from '../../../lib/testing/contracts/revocation-store';
import { userStoreContract } from '../../../lib/testing/contracts/user-store';
import { embeddedFolders } from '../../support/embedded-folder';
import { moduleStoreContract } from '../modules/module-store-contract';

const folders = embeddedFolders();

afterEach(() => folders.clear());

describe('users in a folder', () => {
  it.each(userStoreContract)('$name', ({ run }) => run(async () => (await folders.open()).users));
});

describe('modules in a folder', () => {
  it.each(moduleStoreContract)('$name', ({ run }) => run(async () => (await folders.open()).modules));
});

describe('revocations in a folder', () => {
  it.each(revocationStoreContract)('$name', ({ run }) => run(async () => (await folders.open()).revocations));
});

describe('API keys in a folder', () => {
  it.each(apiKeyStoreContract)('$name', ({ run }) => run(async () => (await folders.open()).apiKeys));
});

describe('replays in a folder', () => {
  it.each(replayStoreContract)('$name', ({ run }) => run(async () => (await folders.open()).replays));
});
