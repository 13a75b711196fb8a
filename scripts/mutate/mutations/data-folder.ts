import type { Mutation } from '../mutation';

const rights = ['test/service/storage/embedded-private.test.ts'];
const claims = ['test/service/storage/folder-claim.test.ts'];

/** Who may read the files of the embedded store, and who may open them. */
export const dataFolder: readonly Mutation[] = [
  {
    breaks: "Other users' rights on the files of earlier versions stay",
    file: 'service/storage/embedded/private-files.ts',
    search: 'if (!create(path)) closeToOthers(path);',
    replace: 'create(path);',
    tests: rights,
  },
  {
    breaks: 'New database files are open to whom the umask lets in',
    file: 'service/storage/embedded/environment.ts',
    search: '    makePrivate(folder);\n',
    replace: '',
    tests: rights,
  },
  {
    breaks: 'A folder is opened without a claim to it',
    file: 'service/storage/embedded/environment.ts',
    search: 'await claimFolder(folder);',
    replace: 'await Promise.resolve({ takeDown: () => undefined });',
    tests: claims,
  },
  {
    breaks: 'A folder is taken that a process of another pid namespace uses',
    file: 'service/storage/embedded/folder-claim.ts',
    search: 'else if (owner !== namespace) return false;',
    replace: "else if (owner === '') return false;",
    tests: claims,
  },
];
