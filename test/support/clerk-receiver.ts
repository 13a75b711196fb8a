import { once as event } from 'node:events';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import express, { type Express } from 'express';
import { Webhook } from 'standardwebhooks';
import {
  memoryReplays,
  memoryUsers,
  problemDetails,
  type Identity,
  type ReplayStore,
  type RevocationTarget,
  type UserStore,
} from 'sallyport';
import { clerkWebhook } from 'sallyport/clerk';

export const issuer = 'https://clerk.example';
export const secret = `whsec_${Buffer.from('a signing secret of some length!').toString('base64')}`;
export const otherSecret = `whsec_${Buffer.from('another secret, of somebody else').toString('base64')}`;

export interface Receiver {
  readonly url: string;
  readonly users: UserStore;
  readonly erased: Identity[];
  readonly revoked: RevocationTarget[];
  readonly filled: string[];
}

export interface Parts {
  readonly replays?: ReplayStore;
  readonly erase?: (identity: Identity) => Promise<void>;
  readonly before?: (app: Express) => void;
  readonly exempt?: readonly string[];
}

const servers: Server[] = [];

/** For `afterEach`. */
export function closeReceivers(): void {
  for (const server of servers.splice(0)) {
    server.close();
    server.closeAllConnections();
  }
}

export async function receiver({
  replays = memoryReplays(),
  erase,
  before,
  exempt = [],
}: Parts = {}): Promise<Receiver> {
  const users = memoryUsers();
  const [erased, revoked, filled]: [Identity[], RevocationTarget[], string[]] = [[], [], []];
  const app = express();
  before?.(app);
  app.post(
    '/webhooks/clerk',
    clerkWebhook({
      secret,
      issuer,
      replays,
      maxBytes: 10_000,
      exempt,
      users: {
        fill: (identity, profile, updatedAt) => {
          filled.push(identity.subject);
          return users.fill(identity, profile, updatedAt);
        },
      },
      revocations: {
        revoke: (targets) => {
          revoked.push(...targets);
          return Promise.resolve();
        },
      },
      erase: async (identity) => {
        erased.push(identity);
        await erase?.(identity);
      },
    }),
  );
  app.use(problemDetails());
  const server = app.listen(0, '127.0.0.1');
  servers.push(server);
  await event(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${String(port)}/webhooks/clerk`, users, erased, revoked, filled };
}

export type Headers = Record<string, string>;

export function signed(body: string, more: { id?: string; at?: number; secret?: string } = {}): Headers {
  const { id = 'msg_1', at = Date.now(), secret: by = secret } = more;
  return {
    'svix-id': id,
    'svix-timestamp': String(Math.floor(at / 1000)),
    'svix-signature': new Webhook(by).sign(id, new Date(at), body),
    'content-type': 'application/json',
  };
}

export async function send(url: string, body: string, headers: Headers): Promise<Response> {
  return fetch(url, { method: 'POST', body, headers });
}

export const userEvent = (type: string, data: object): string =>
  JSON.stringify({ type, object: 'event', data });

export const alice = {
  id: 'user_alice',
  first_name: 'Alice',
  last_name: 'Liddell',
  username: 'al',
  primary_email_address_id: 'idn_2',
  email_addresses: [
    { id: 'idn_1', email_address: 'old@example.com' },
    { id: 'idn_2', email_address: 'alice@example.com' },
  ],
  updated_at: 2000,
};

export const created = userEvent('user.created', alice);

export async function statusesOfCopies(one: Receiver, two: Receiver): Promise<Set<number>> {
  const body = userEvent('user.deleted', { id: 'user_alice' });
  const copies = Array.from({ length: 20 }, (_, n) => send(n % 2 ? one.url : two.url, body, signed(body)));
  return new Set((await Promise.all(copies)).map(({ status }) => status));
}

export function effectsOf({ erased, revoked, filled }: Receiver): number {
  return erased.length + revoked.length + filled.length;
}
