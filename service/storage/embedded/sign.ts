import { chmodSync, closeSync, constants, openSync, renameSync, rmSync } from 'node:fs';
import { connect, createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { RefusedFolderError } from './refused-folder';

/**
 * Marks a folder as used by a process: a Unix socket in it, on which the process listens. The kernel accepts
 * connections for as long as the process lives, even if it is busy or paused, and from any container; it refuses them
 * as soon as the process ends, also after `kill -9`, so a restart does not have to wait.
 */
export interface Sign {
  takeDown(): void;
}

/** Error codes of file systems without sockets: shared folders of Docker Desktop, SMB, FAT. */
const NO_SOCKETS = ['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'EINVAL', 'ENOSYS'];

export async function listenIn(folder: string, name: string): Promise<Sign> {
  const unfinished = `${name}.new`;
  const server = createServer((socket) => socket.destroy());
  // The socket must not keep the process running.
  server.unref();
  try {
    await inside(folder, (path) => listen(server, path(unfinished)));
    // The rename makes the socket visible only once the process listens on it.
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

/** Whether the process that created a marker is still running. Also true if access to the socket is denied. */
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

/** A marker that cannot be removed does no harm. */
export function removeQuietly(folder: string, name: string): void {
  try {
    rmSync(join(folder, name), { force: true });
  } catch {
    // The next process that looks for markers tries again.
  }
}

/** The path of a socket has at most 107 characters; a path by file descriptor is short enough for any folder. */
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
      // Exclusive: each worker of a cluster has its own socket, which closes when the worker ends.
      server.listen({ path, exclusive: true }, () => {
        server.off('error', reject);
        // A failed connection concerns only the process that checks.
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
