import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

export interface Behaviour {
  /** Sent when it is open. */
  readonly first?: string;
  /** Then a byte every so many milliseconds. */
  readonly dripMs?: number;
  /** Whether it reads what comes. Default true. */
  readonly reads?: boolean;
}

/** Many connections that behave alike. */
export interface Connections {
  readonly open: () => number;
  /** Closes the sending half of each. */
  end(): void;
  destroy(): void;
}

/** More at once than the backlog of a listener would only wait for each other. */
const AT_ONCE = 200;

export async function openConnections(
  url: string,
  count: number,
  behaviour: Behaviour,
): Promise<Connections> {
  const sockets: Socket[] = [];
  while (sockets.length < count) {
    const some = Array.from({ length: Math.min(AT_ONCE, count - sockets.length) }, () =>
      openOne(url, behaviour),
    );
    sockets.push(...(await Promise.all(some)));
  }
  const drip =
    behaviour.dripMs === undefined
      ? undefined
      : setInterval(() => {
          for (const socket of sockets) if (socket.writable) socket.write('x');
        }, behaviour.dripMs);
  return {
    open: () => sockets.filter((socket) => socket.readyState === 'open').length,
    end: () => {
      for (const socket of sockets) socket.end();
    },
    destroy: () => {
      clearInterval(drip);
      for (const socket of sockets) socket.destroy();
    },
  };
}

async function openOne(url: string, { first, reads = true }: Behaviour): Promise<Socket> {
  const { hostname, port } = new URL(url);
  const socket = connect({ host: hostname, port: Number(port), allowHalfOpen: true });
  await once(socket, 'connect');
  // Being cut off is what a bad client has to expect.
  socket.on('error', () => undefined).on('end', () => socket.end());
  if (reads) socket.resume();
  else socket.pause();
  if (first !== undefined) socket.write(first);
  return socket;
}
