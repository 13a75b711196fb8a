import { chmodSync, closeSync, constants, openSync, renameSync, rmSync } from 'node:fs';
import { connect, createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { RefusedFolderError } from './refused-folder';

/**
 * Says that a process uses a folder: a Unix socket in it, on which that process listens. The kernel answers for it as
 * long as the process lives, however busy or paused it is, in whatever container; and refuses from the moment it ends,
 * kill -9 included, so that a restart need not wait for anything.
 */
export interface Sign {
  takeDown(): void;
}

/** What file systems say that can't hold sockets: shared folders of Docker Desktop, SMB, FAT. */
const NO_SOCKETS = ['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'EINVAL', 'ENOSYS'];

export async function listenIn(folder: string, name: string): Promise<Sign> {
  const unfinished = `${name}.new`;
  const server = createServer((socket) => socket.destroy());
  // A process must be able to end while it uses the folder.
  server.unref();
  try {
    await inside(folder, (path) => listen(server, path(unfinished)));
    // Under its name there is never one that nobody listens on yet.
    chmodSync(join(folder, unfinished), 0o600);
    renameSync(join(folder, unfinished), join(folder, name));
  } catch (error) {
    server.close();
    throw error;
  }
  return {
    takeDown() {
      removeQuietly(folder, name);
      server.close();
    },
  };
}

/** Whether the process that put up a sign is still there. One that we may not ask is. */
export async function isAnswered(folder: string, name: string): Promise<boolean> {
  return inside(folder, (path) => {
    const socket = connect({ path: path(name) });
    return new Promise((resolve) => {
      socket.once('connect', () => {
        resolve(true);
        socket.destroy();
      });
      socket.once('error', ({ code }: NodeJS.ErrnoException) => {
        resolve(code !== 'ECONNREFUSED' && code !== 'ENOENT');
      });
    });
  });
}

/** A sign that is left behind is nothing but a file. */
export function removeQuietly(folder: string, name: string): void {
  try {
    rmSync(join(folder, name), { force: true });
  } catch {
    // Whoever looks next tries again.
  }
}

/** The path of a socket has at most 107 characters: whatever the folder's, one by its descriptor is short enough. */
async function inside<T>(folder: string, action: (path: (name: string) => string) => Promise<T>): Promise<T> {
  const descriptor = openSync(folder, constants.O_RDONLY | constants.O_DIRECTORY);
  try {
    return await action((name) => `/proc/self/fd/${String(descriptor)}/${name}`);
  } finally {
    closeSync(descriptor);
  }
}

async function listen(server: Server, path: string): Promise<void> {
  try {
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      // Exclusive: of a cluster each worker has its own, which ends with it.
      server.listen({ path, exclusive: true }, () => {
        server.off('error', reject);
        // An attempt to ask that fails is the asker's matter.
        server.on('error', () => undefined);
        resolve();
      });
    });
  } catch (cause) {
    if (!NO_SOCKETS.includes((cause as NodeJS.ErrnoException).code ?? '')) throw cause;
    throw new RefusedFolderError(
      'DATA_DIR is on a file system that holds no Unix sockets, so neither can LMDB lock it: name a folder on a local one.',
      { cause },
    );
  }
}
