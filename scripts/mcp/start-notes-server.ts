import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createApp, type NotesOptions } from './notes-server';

export interface StartedNotesServer {
  /** Origin. */
  readonly url: string;
  /** As after a new deployment: on the same port, without keys and sessions. */
  restart(): void;
  close(): Promise<void>;
}

/** On a free port of loopback, which is part of its name. */
export async function startNotesServer(options: Omit<NotesOptions, 'resource'>): Promise<StartedNotesServer> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`;
  const serve = (): void => {
    server.on('request', createApp({ ...options, resource: `${url}/mcp` }));
  };
  serve();
  return {
    url,
    restart() {
      server.removeAllListeners('request');
      serve();
    },
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
