import { existsSync } from 'node:fs';
import { createServer } from 'node:net';
import { dirname, join } from 'node:path';

/** A MongoDB-compatible server that a script or a test run started, or found. */
export interface DatabaseServer {
  /** What runs there, for the reader of a test run. */
  readonly name: string;
  readonly uri: string;
  stop(): Promise<void>;
}

export interface ServerPlace {
  /** Default: any free one. */
  readonly port?: number;
  /** A folder that outlives the server. Default: one that goes with it. */
  readonly folder?: string;
}

/** For what can be made again: nothing here is ever committed. */
export const CACHE = join(root(__dirname), '.cache');

/** The same folder for these sources and for what is built of them. */
function root(folder: string): string {
  return existsSync(join(folder, 'package.json')) ? folder : root(dirname(folder));
}

export async function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer().once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => {
        if (address === null || typeof address === 'string') reject(new Error('no port was given'));
        else resolve(address.port);
      });
    });
  });
}
