import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

export interface SilentLink {
  /** The same database, by way of the link. */
  readonly uri: string;
  /** From now on nothing comes through, and no connection is refused or closed: as when a network loses packets. */
  fallSilent(): void;
  /** Lets through what waited and what comes. */
  speak(): void;
  close(): void;
}

/** A line to a MongoDB server that can go dead without anybody being told. */
export async function silentLink(uri: string): Promise<SilentLink> {
  const { hostname, port } = new URL(uri);
  const sockets = new Set<Socket>();
  let silent = false;
  const server = createServer((near) => {
    const far = connect(Number(port || 27017), hostname);
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(from);
      from.on('data', (bytes) => to.write(bytes));
      from.on('error', () => to.destroy());
      from.on('close', () => {
        sockets.delete(from);
        to.destroy();
      });
      if (silent) from.pause();
    }
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const linked = new URL(uri);
  linked.host = `127.0.0.1:${String((server.address() as AddressInfo).port)}`;
  linked.searchParams.set('directConnection', 'true');
  return {
    uri: linked.href,
    fallSilent: () => {
      silent = true;
      for (const socket of sockets) socket.pause();
    },
    speak: () => {
      silent = false;
      for (const socket of sockets) socket.resume();
    },
    close: () => {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}
