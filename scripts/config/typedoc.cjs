const { join } = require('node:path');
const { OptionDefaults } = require('typedoc');
const { exports: entries } = require('../../package.json');

const root = join(__dirname, '../..');
// It only adds to the types of another package.
const WITHOUT_EXPORTS = ['./request-user', './package.json'];

/** An API reference of every entry point; a warning fails it. */
module.exports = {
  name: 'sallyport',
  entryPoints: Object.keys(entries)
    .filter((entry) => !WITHOUT_EXPORTS.includes(entry))
    .map((entry) => join(root, 'lib', entry, 'index.ts')),
  tsconfig: join(root, 'tsconfig.json'),
  basePath: join(root, 'lib'),
  readme: join(root, 'lib/README.md'),
  out: join(root, '.cache/docs'),
  disableGit: true,
  sourceLinkTemplate: '{path}',
  treatWarningsAsErrors: true,
  highlightLanguages: [...OptionDefaults.highlightLanguages, 'toml'],
  // The build and the check of types look for these.
  skipErrorChecking: true,
  // Types that the public ones are made of.
  intentionallyNotExported: [
    'ApiKeyStoreTest',
    'Asked',
    'ClaimValue',
    'EntraTenantOptions',
    'EntraTenantsOptions',
    'KeyHeadersOption',
    'KeyLocation',
    'NEEDS',
    'OF_ISSUER',
    'RateLimitStoreTest',
    'Refuse',
    'RemoteKeysSettings',
    'ReplayStoreTest',
    'RevocationStoreTest',
    'Segment',
    'SigningKeyPair',
    'TokenType',
    'UserMemoryOptions',
    'Verify',
    'Vouched',
    'WatchedState',
    'ZOO',
  ],
};
