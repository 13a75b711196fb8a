import { once as event } from 'node:events';
import { request as httpRequest, type IncomingMessage, type Server } from 'node:http';
import { connect, type AddressInfo } from 'node:net';
import express, { type Express } from 'express';
import { Webhook } from 'standardwebhooks';
import {
  memoryReplays,
  memoryUsers,
  problemDetails,
  StoreUnavailableError,
  type Identity,
  type ReplayStore,
  type RevocationTarget,
  type UserStore,
} from 'sallyport';
import { clerkWebhook } from 'sallyport/clerk';
import { mongoStores } from 'sallyport/mongo';
import { closeConnections, databaseUri, describeMongo, openConnection } from '../../support/mongo';

const issuer = 'https://clerk.example';
const secret = `whsec_${Buffer.from('a signing secret of some length!').toString('base64')}`;
const otherSecret = `whsec_${Buffer.from('another secret, of somebody else').toString('base64')}`;

interface Receiver {
  readonly url: string;
  readonly users: UserStore;
  readonly erased: Identity[];
  readonly revoked: RevocationTarget[];
  readonly filled: string[];
}

interface Parts {
  readonly replays?: ReplayStore;
  readonly erase?: (identity: Identity) => Promise<void>;
  readonly before?: (app: Express) => void;
}

const servers: Server[] = [];

afterEach(() => {
  for (const server of servers.splice(0)) {
    server.close();
    server.closeAllConnections();
  }
});

async function receiver({ replays = memoryReplays(), erase, before }: Parts = {}): Promise<Receiver> {
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

type Headers = Record<string, string>;

function signed(body: string, more: { id?: string; at?: number; secret?: string } = {}): Headers {
  const { id = 'msg_1', at = Date.now(), secret: by = secret } = more;
  return {
    'svix-id': id,
    'svix-timestamp': String(Math.floor(at / 1000)),
    'svix-signature': new Webhook(by).sign(id, new Date(at), body),
    'content-type': 'application/json',
  };
}

async function send(url: string, body: string, headers: Headers): Promise<Response> {
  return fetch(url, { method: 'POST', body, headers });
}

const userEvent = (type: string, data: object): string => JSON.stringify({ type, object: 'event', data });

const alice = {
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

const created = userEvent('user.created', alice);

async function statusesOfCopies(one: Receiver, two: Receiver): Promise<Set<number>> {
  const body = userEvent('user.deleted', { id: 'user_alice' });
  const copies = Array.from({ length: 20 }, (_, n) => send(n % 2 ? one.url : two.url, body, signed(body)));
  return new Set((await Promise.all(copies)).map(({ status }) => status));
}

function effectsOf({ erased, revoked, filled }: Receiver): number {
  return erased.length + revoked.length + filled.length;
}

describe('what an event brings about', () => {
  it.each(['user.created', 'user.updated'])('fills the user on %s', async (type) => {
    const { url, users } = await receiver();
    const body = userEvent(type, alice);
    expect((await send(url, body, signed(body))).status).toBe(204);
    expect(await users.find({ issuer, subject: 'user_alice' })).toMatchObject({
      email: 'alice@example.com',
      name: 'Alice Liddell',
    });
  });

  it.each<[string, object, object]>([
    ['the user name where there is no other', { first_name: null, last_name: '' }, { name: 'al' }],
    ['the first name alone', { last_name: null }, { name: 'Alice' }],
    ['no name', { first_name: null, last_name: null, username: null }, { name: undefined }],
    ['no email but the primary one', { primary_email_address_id: null }, { email: undefined }],
    ['no email that is not listed', { primary_email_address_id: 'idn_9' }, { email: undefined }],
    [
      'no email of a wrong type',
      { email_addresses: [{ id: 'idn_2', email_address: 5 }] },
      { email: undefined },
    ],
  ])('takes %s', async (_, data, expected) => {
    const { url, users } = await receiver();
    const body = userEvent('user.created', { ...alice, ...data });
    expect((await send(url, body, signed(body))).status).toBe(204);
    const { email, name } = (await users.find({ issuer, subject: 'user_alice' })) ?? {};
    expect({ email, name }).toMatchObject(expected);
  });

  it('ignores an update that is older than what is known', async () => {
    const { url, users } = await receiver();
    const older = userEvent('user.updated', { ...alice, first_name: 'Old', updated_at: 1000 });
    await send(url, created, signed(created));
    expect((await send(url, older, signed(older, { id: 'msg_2' }))).status).toBe(204);
    expect(await users.find({ issuer, subject: 'user_alice' })).toMatchObject({ name: 'Alice Liddell' });
  });

  it('erases the user on user.deleted, within its own issuer', async () => {
    const { url, erased } = await receiver();
    const body = userEvent('user.deleted', { id: 'user_alice', deleted: true, iss: 'https://other.example' });
    expect((await send(url, body, signed(body))).status).toBe(204);
    expect(erased).toEqual([{ issuer, subject: 'user_alice' }]);
  });

  it.each(['session.ended', 'session.removed', 'session.revoked'])(
    "refuses the session's tokens on %s",
    async (type) => {
      const { url, revoked } = await receiver();
      const body = userEvent(type, { id: 'sess_1', user_id: 'user_alice' });
      expect((await send(url, body, signed(body))).status).toBe(204);
      expect(revoked).toEqual([{ by: 'sid', issuer, value: 'sess_1' }]);
    },
  );

  it.each(['session.created', 'organization.created', '__proto__', 'constructor'])(
    'answers 204 without effect to %s',
    async (type) => {
      const here = await receiver();
      const body = userEvent(type, { id: 'sess_1' });
      expect((await send(here.url, body, signed(body))).status).toBe(204);
      expect(effectsOf(here)).toBe(0);
    },
  );

  it('takes a body whose text is not ASCII as the bytes that were signed', async () => {
    const { url, users } = await receiver();
    const body = userEvent('user.created', { ...alice, first_name: 'Zoë \u{1f512}' });
    expect((await send(url, body, signed(body))).status).toBe(204);
    expect(await users.find({ issuer, subject: 'user_alice' })).toMatchObject({
      name: 'Zoë \u{1f512} Liddell',
    });
  });

  it.each<[string, (good: string) => string]>([
    ['behind others', (good) => `v1,AAAA v1a,${good.slice(3)} ${good}`],
    ['before others', (good) => `${good} v2,AAAA garbage`],
  ])('takes the signature that fits %s', async (_, several) => {
    const { url, filled } = await receiver();
    const headers = signed(created);
    const signature = several(headers['svix-signature'] ?? '');
    expect((await send(url, created, { ...headers, 'svix-signature': signature })).status).toBe(204);
    expect(filled).toHaveLength(1);
  });
});

describe('what is refused without effect', () => {
  const minutes = (count: number) => Date.now() + count * 60_000;
  const good = () => signed(created);

  it.each<[string, () => Headers, number, string]>([
    ['no headers', () => ({}), 401, 'missing_credentials'],
    ['no id', () => without(good(), 'svix-id'), 401, 'missing_credentials'],
    ['no timestamp', () => without(good(), 'svix-timestamp'), 401, 'missing_credentials'],
    ['no signature', () => without(good(), 'svix-signature'), 401, 'missing_credentials'],
    ['an empty signature', () => ({ ...good(), 'svix-signature': '' }), 401, 'missing_credentials'],
    ['the secret of another', () => signed(created, { secret: otherSecret }), 401, 'invalid_token'],
    ['the signature of another body', () => signed(`${created} `), 401, 'invalid_token'],
    ['the id of another message', () => ({ ...good(), 'svix-id': 'msg_2' }), 401, 'invalid_token'],
    ['a later timestamp', () => later(good()), 401, 'invalid_token'],
    ['a timestamp with a tail', () => tailed(good()), 401, 'invalid_token'],
    ['a timestamp that is no number', () => ({ ...good(), 'svix-timestamp': 'NaN' }), 401, 'invalid_token'],
    ['a message of six minutes ago', () => signed(created, { at: minutes(-6) }), 401, 'invalid_token'],
    ['a message of six minutes ahead', () => signed(created, { at: minutes(6) }), 401, 'invalid_token'],
    ['a signature of another version', () => versioned(good()), 401, 'invalid_token'],
    ['a signature without a version', () => unversioned(good()), 401, 'invalid_token'],
    ['a version without a signature', () => ({ ...good(), 'svix-signature': 'v1' }), 401, 'invalid_token'],
  ])('%s', async (_, headers, status, code) => {
    const here = await receiver();
    const response = await send(here.url, created, headers());
    expect(response.status).toBe(status);
    expect(await response.json()).toMatchObject({ code });
    expect(response.headers.get('www-authenticate')).toBe('Bearer realm="api"');
    expect(effectsOf(here)).toBe(0);
  });

  it.each(['svix-id', 'svix-timestamp', 'svix-signature'])('a repeated %s', async (name) => {
    const here = await receiver();
    const headers = good();
    const status = await new Promise<number | undefined>((resolve, reject) => {
      const raw = [...Object.entries(headers).flat(), name, headers[name] ?? ''];
      const sent = httpRequest(here.url, { method: 'POST', headers: raw }, (response) => {
        response.resume();
        resolve(response.statusCode);
      });
      sent.on('error', reject).end(created);
    });
    expect(status).toBe(400);
    expect(effectsOf(here)).toBe(0);
  });

  it.each<[string, string]>([
    ['no JSON', '{"type": "user.created"'],
    ['an empty body', ''],
    ['a list', '[]'],
    ['null', 'null'],
    ['no type', '{"data": {}}'],
    ['no data', '{"type": "user.deleted"}'],
    ['no id', userEvent('user.deleted', { deleted: true })],
    ['an id that is an object', userEvent('user.deleted', { id: { $ne: null } })],
    ['an empty id', userEvent('session.ended', { id: '' })],
    ['a lone surrogate in the id', '{"type":"user.deleted","data":{"id":"\\ud800"}}'],
    ['a control character in the id', userEvent('user.deleted', { id: 'a\u0000b' })],
    ['an id of 256 characters', userEvent('user.deleted', { id: 'x'.repeat(256) })],
    ['no time of the update', userEvent('user.updated', { ...alice, updated_at: undefined })],
    ['an endless time of the update', created.replace('2000', '1e999')],
  ])('a well signed body of %s', async (_, body) => {
    const here = await receiver();
    const response = await send(here.url, body, signed(body));
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({
      code: 'invalid_body',
      errors: [{ path: expect.any(String) }],
    });
    expect(effectsOf(here)).toBe(0);
  });

  it('bytes that are no UTF-8, though they would be read as what was signed', async () => {
    const here = await receiver();
    const body = userEvent('user.deleted', { id: 'user_\ufffd' });
    const raw = Buffer.from(body.replace('\ufffd', '\u00ff'), 'latin1');
    const response = await fetch(here.url, { method: 'POST', body: raw, headers: signed(body) });
    expect(response.status).toBe(401);
    expect(effectsOf(here)).toBe(0);
  });

  it.each([true, false])('a body over the cap, its length told: %s', async (told) => {
    const here = await receiver();
    const body = userEvent('user.created', { ...alice, first_name: 'x'.repeat(200_000) });
    const stream = new Blob([body]).stream();
    const init = told ? { body } : { body: stream, duplex: 'half' as const };
    const response = await fetch(here.url, { method: 'POST', headers: signed(body), ...init });
    expect(response.status).toBe(413);
    expect(await response.json()).toMatchObject({ code: 'body_too_large' });
    expect(effectsOf(here)).toBe(0);
  });

  it('a body that says it is over the cap, before any of it comes', async () => {
    const here = await receiver();
    const sent = httpRequest(here.url, {
      method: 'POST',
      headers: { ...good(), 'content-length': '10001' },
    });
    sent.on('error', () => undefined).flushHeaders();
    const [response] = (await event(sent, 'response')) as [IncomingMessage];
    expect(response.statusCode).toBe(413);
    sent.destroy();
  });

  it('a body that is cut off', async () => {
    const here = await receiver();
    const { port } = new URL(here.url);
    const socket = connect(Number(port), '127.0.0.1');
    const headers = Object.entries(good()).map(([name, value]) => `${name}: ${value}\r\n`);
    const half = created.slice(0, 20);
    socket.write(
      `POST /webhooks/clerk HTTP/1.1\r\nHost: x\r\nContent-Length: ${String(created.length)}\r\n${headers.join('')}\r\n${half}`,
      () => socket.destroy(),
    );
    await event(socket, 'close');
    expect((await send(here.url, created, signed(created, { id: 'msg_2' }))).status).toBe(204);
    expect(here.filled).toHaveLength(1);
  });

  it('any body, as a mistake of the host, behind a body parser', async () => {
    const here = await receiver({ before: (app) => app.use(express.json()) });
    const response = await send(here.url, created, signed(created));
    expect(response.status).toBe(500);
    expect(effectsOf(here)).toBe(0);
  });
});

describe('repeats', () => {
  it('answers 204 to a repeat and does nothing', async () => {
    const here = await receiver();
    await send(here.url, created, signed(created));
    expect((await send(here.url, created, signed(created))).status).toBe(204);
    expect(here.filled).toHaveLength(1);
  });

  it('knows a repeat by its id, though it was signed anew', async () => {
    const here = await receiver();
    await send(here.url, created, signed(created, { at: Date.now() - 60_000 }));
    await send(here.url, created, signed(created));
    expect(here.filled).toHaveLength(1);
  });

  it('handles the same event of another id by itself', async () => {
    const here = await receiver();
    await send(here.url, created, signed(created));
    await send(here.url, created, signed(created, { id: 'msg_2' }));
    expect(here.filled).toHaveLength(2);
  });

  it('has one effect for 20 copies that reach two instances at once, and 204 for each', async () => {
    const replays = memoryReplays();
    const slow = () => new Promise<void>((resolve) => setTimeout(resolve, 30));
    const [one, two] = [await receiver({ replays, erase: slow }), await receiver({ replays, erase: slow })];
    expect(await statusesOfCopies(one, two)).toEqual(new Set([204]));
    expect(one.erased.length + two.erased.length).toBe(1);
  });

  describeMongo('kept in MongoDB', () => {
    afterAll(closeConnections);

    it('has one effect for 20 copies that reach two processes at once', async () => {
      const uri = databaseUri();
      const open = async () => mongoStores(await openConnection(uri));
      const [first, second] = [await open(), await open()];
      await first.ensureIndexes();
      const slow = () => new Promise<void>((resolve) => setTimeout(resolve, 30));
      const one = await receiver({ replays: first.replays, erase: slow });
      const two = await receiver({ replays: second.replays, erase: slow });
      expect(await statusesOfCopies(one, two)).toEqual(new Set([204]));
      expect(one.erased.length + two.erased.length).toBe(1);
    });
  });

  it('loses no event whose effect failed: its sender hears so and comes again', async () => {
    let down = true;
    const erase = () => (down ? Promise.reject(new StoreUnavailableError()) : Promise.resolve());
    const here = await receiver({ erase });
    const body = userEvent('user.deleted', { id: 'user_alice' });
    const failed = await send(here.url, body, signed(body));
    expect([failed.status, failed.headers.get('retry-after')]).toEqual([503, '1']);
    down = false;
    expect((await send(here.url, body, signed(body))).status).toBe(204);
    expect((await send(here.url, body, signed(body))).status).toBe(204);
    expect(here.erased).toHaveLength(2);
  });

  it('records nothing for a message that was refused', async () => {
    const here = await receiver();
    await send(here.url, created, signed(created, { secret: otherSecret }));
    expect((await send(here.url, created, signed(created))).status).toBe(204);
    expect(here.filled).toHaveLength(1);
  });
});

describe('clerkWebhook', () => {
  const users = memoryUsers();
  const revocations = { revoke: () => Promise.resolve() };
  const erase = () => Promise.resolve();
  const right = { secret, issuer, replays: memoryReplays(), users, revocations, erase };

  it.each<[object, RegExp]>([
    [{ secret: undefined }, /"secret"/],
    [{ secret: '' }, /"secret"/],
    [{ secret: 'whsec_' }, /"secret"/],
    [{ secret: 'sk_live_abc' }, /"secret"/],
    [{ issuer: '' }, /"issuer"/],
    [{ maxBytes: 0 }, /"maxBytes"/],
    [{ erase: undefined }, /"erase"/],
    [{ tolerance: 5 }, /unknown option "tolerance"/],
  ])('refuses %j at mount', (wrong, message) => {
    expect(() => clerkWebhook({ ...right, ...wrong })).toThrow(message);
  });
});

function without(headers: Headers, name: string): Headers {
  return Object.fromEntries(Object.entries(headers).filter(([key]) => key !== name));
}

function later(headers: Headers): Headers {
  return { ...headers, 'svix-timestamp': String(Number(headers['svix-timestamp']) + 1) };
}

function tailed(headers: Headers): Headers {
  return { ...headers, 'svix-timestamp': `${headers['svix-timestamp'] ?? ''}x` };
}

function versioned(headers: Headers): Headers {
  return { ...headers, 'svix-signature': (headers['svix-signature'] ?? '').replace('v1,', 'v2,') };
}

function unversioned(headers: Headers): Headers {
  return { ...headers, 'svix-signature': (headers['svix-signature'] ?? '').slice(3) };
}
