import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import { connect, type AddressInfo } from 'node:net';
import express from 'express';
import {
  apiKeys,
  authOf,
  memoryApiKeys,
  memoryUsers,
  revocationFeed,
  sallyport,
  type SallyportError,
  StoreUnavailableError,
  userOf,
  type SallyportOptions,
} from 'sallyport';
import { createTestIssuer } from 'sallyport/testing';

const { issuer, audience, keys, token } = createTestIssuer();
const signed = `Authorization: Bearer ${token()}`;
const server = createServer();
let upgrade: (request: IncomingMessage) => void = () => undefined;

beforeAll(async () => {
  server.on('upgrade', (request, socket) => {
    socket.on('error', () => undefined);
    upgrade(request);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
});
afterAll(() => void server.close());

const portWith = (options: Partial<SallyportOptions> = {}) =>
  sallyport({ issuer, audience, keys, users: memoryUsers(), ...options } as SallyportOptions);

/** An upgrade as a server gets it; `written` is all that came back by the time that `judge` was done. */
async function upgraded<T>(headers: string[], judge: (request: IncomingMessage) => Promise<T>) {
  const arrived = new Promise<IncomingMessage>((resolve) => (upgrade = resolve));
  const client = connect((server.address() as AddressInfo).port, '127.0.0.1');
  client.write(
    ['GET / HTTP/1.1', 'Host: h', 'Upgrade: websocket', 'Connection: Upgrade', ...headers, '', ''].join(
      '\r\n',
    ),
  );
  const request = await arrived;
  const outcome = await judge(request).catch((error: unknown) => error);
  const written = request.socket.bytesWritten;
  client.destroy();
  return { outcome, written, request };
}

describe('port.verify', () => {
  it('gives the proof of a request without a response, and its user', async () => {
    const port = portWith();
    const { outcome, written, request } = await upgraded([signed], (message) =>
      port
        .verify<{ tenant?: string }>(message)
        .then(({ subject, payload }) => ({ subject, tenant: payload.tenant })),
    );
    expect(outcome).toEqual({ subject: 'user_1', tenant: undefined });
    expect(userOf(request as express.Request)).toMatchObject({ subject: 'user_1' });
    expect(written).toBe(0);
  });

  it.each([
    ['no credential', [], { status: 401, code: 'missing_credentials' }],
    ['a bad token', ['Authorization: Bearer a.b.c'], { status: 401, code: 'invalid_token' }],
    ['two tokens', [signed, signed], { status: 400, code: 'invalid_request' }],
  ])(
    'rejects %s with the error that the chain answers, and writes nothing',
    async (_name, headers, error) => {
      const onEvent = jest.fn();
      const port = portWith({ onEvent });
      const { outcome, written } = await upgraded(headers, (request) => port.verify(request));
      expect(outcome).toMatchObject(error);
      expect(written).toBe(0);
      const refusals = onEvent.mock.calls.filter(([{ type }]) => type === 'refused');
      expect(refusals).toMatchObject([[{ ...error, requestId: expect.stringMatching(/./) }]]);
    },
  );

  it('counts refusals against the address of the connection', async () => {
    const port = portWith({ addressLimit: { perMinute: 2 } });
    const attempt = (headers: string[]) => upgraded(headers, (request) => port.verify(request));
    for (let n = 0; n < 2; n += 1) expect((await attempt([])).outcome).toMatchObject({ status: 401 });
    expect((await attempt([signed])).outcome).toMatchObject({ status: 429, retryAfter: expect.any(Number) });
    const elsewhere = await upgraded([signed], (request) =>
      port.verify(Object.assign(request, { ip: '203.0.113.9' })),
    );
    expect(elsewhere.outcome).toMatchObject({ subject: 'user_1' });
  });

  it("takes the address that the app's proxies name, for a request of that app", async () => {
    const app = express().set('trust proxy', 1);
    const port = portWith({ addressLimit: { perMinute: 1 } });
    const from = (address: string, ...headers: string[]) =>
      upgraded([`X-Forwarded-For: ${address}`, ...headers], (request) =>
        port.verify(Object.setPrototypeOf(request, app.request) as IncomingMessage),
      );
    expect((await from('203.0.113.1')).outcome).toMatchObject({ status: 401 });
    expect((await from('203.0.113.1', signed)).outcome).toMatchObject({ status: 429 });
    expect((await from('203.0.113.2', signed)).outcome).toMatchObject({ subject: 'user_1' });
  });

  it('knows no address for a key of a request that a proxy has sent and Express has not seen', async () => {
    const store = memoryApiKeys();
    const user = { id: 'u', issuer, subject: 'ada', createdAt: '2026-01-01T00:00:00.000Z' };
    const wish = { name: 'cli', addresses: ['127.0.0.0/8'] };
    const issued = await apiKeys({ store, scopes: [] }).issue(user, wish, []);
    const key = 'key' in issued ? issued.key : '';
    const port = portWith({ apiKeys: store });
    const ask = async (from: string[], known: object = {}) => {
      const { outcome } = await upgraded([`X-API-Key: ${key}`, ...from], (request) =>
        port.verify(Object.assign(request, known)),
      );
      return outcome;
    };
    expect(await ask([])).toMatchObject({ subject: 'ada' });
    for (const header of ['X-Forwarded-For: 127.0.0.1', 'Forwarded: for=127.0.0.1'])
      expect(await ask([header])).toMatchObject({ status: 401, reason: 'address' });
    expect(await ask(['X-Forwarded-For: 127.0.0.1'], { ip: '127.0.0.1' })).toMatchObject({ subject: 'ada' });
  });

  it('counts requests against their subject, and a request once', async () => {
    const port = portWith({ subjectLimit: { perMinute: 1 } });
    const twice = await upgraded([signed], async (request) => {
      await port.verify(request);
      return port.verify(request);
    });
    expect(twice.outcome).toMatchObject({ subject: 'user_1' });
    expect((await upgraded([signed], (request) => port.verify(request))).outcome).toMatchObject({
      status: 429,
    });
  });

  it('judges again when it is asked again: what was revoked meanwhile is refused, and forgotten', async () => {
    const revocations = revocationFeed();
    const port = portWith({ revocations, subjectLimit: { perMinute: 3 } });
    const { outcome, request } = await upgraded([signed], async (message) => {
      const { subject } = await port.verify(message);
      expect((await port.verify(message)).subject).toBe(subject);
      await revocations.revoke([{ by: 'subject', issuer, value: subject }]);
      // Each counts once, so that three are within the limit.
      const again = () => port.verify(message).catch((error: unknown) => (error as SallyportError).status);
      return [await again(), await again(), await again()];
    });
    expect(outcome).toEqual([401, 401, 401]);
    expect(request).not.toHaveProperty('auth');
    expect(() => userOf(request as express.Request)).toThrow();
    revocations.close();
  });

  it('judges a request that it has let in, whatever its caller has used up since', async () => {
    const revocations = revocationFeed();
    const limits = { addressLimit: { perMinute: 2 }, subjectLimit: { perMinute: 2 } };
    const port = portWith({ revocations, ...limits });
    const attempt = (headers: string[]) => upgraded(headers, (request) => port.verify(request));
    const { outcome, request } = await upgraded([signed], async (message) => {
      const { subject } = await port.verify(message);
      for (let n = 0; n < 2; n += 1) expect((await attempt([])).outcome).toMatchObject({ status: 401 });
      expect((await attempt([signed])).outcome).toMatchObject({ status: 429 });
      expect((await port.verify(message)).subject).toBe(subject);
      expect(authOf(message as express.Request).subject).toBe(subject);
      await revocations.revoke([{ by: 'subject', issuer, value: subject }]);
      const elsewhere = { ip: '203.0.113.9' };
      const flood = () =>
        upgraded([signed], (other) => port.verify(Object.assign(other, elsewhere))).then(
          ({ outcome: refusal }) => (refusal as SallyportError).status,
        );
      expect([await flood(), await flood(), await flood()]).toEqual([401, 401, 429]);
      return port.verify(message);
    });
    expect(outcome).toMatchObject({ status: 401, reason: 'revoked' });
    expect(request).not.toHaveProperty('auth');
    revocations.close();
  });

  it('counts no refusal of a request that it has let in, and all of another credential in its place', async () => {
    const revocations = revocationFeed();
    const port = portWith({ revocations, addressLimit: { perMinute: 2 } });
    const { outcome } = await upgraded([signed], async (message) => {
      const { subject } = await port.verify(message);
      await revocations.revoke([{ by: 'subject', issuer, value: subject }]);
      const again = () => port.verify(message).catch((error: unknown) => (error as SallyportError).status);
      const revoked = [await again(), await again(), await again()];
      message.rawHeaders.splice(-1, 1, 'Bearer a.b.c');
      message.headers.authorization = 'Bearer a.b.c';
      return [revoked, [await again(), await again(), await again()]];
    });
    expect(outcome).toEqual([
      [401, 401, 401],
      [401, 401, 429],
    ]);
    revocations.close();
  });

  it('refuses an erased user whose request it has let in, and not for a limit', async () => {
    const port = portWith({ subjectLimit: { perMinute: 2 } });
    const { outcome } = await upgraded([signed], async (message) => {
      const { subject } = await port.verify(message);
      await port.users.bury({ issuer, subject }, Date.now() + 10_000);
      const statuses: unknown[] = [];
      for (let n = 0; n < 4; n += 1)
        statuses.push(await port.verify(message).catch((error: unknown) => (error as SallyportError).status));
      return statuses;
    });
    expect(outcome).toEqual([401, 401, 401, 401]);
  });

  it('counts the refusal of a request that is judged again before its first verdict', async () => {
    const users = memoryUsers();
    let open = (): void => undefined;
    const gate = new Promise<void>((resolve) => (open = resolve));
    const getOrCreate = jest.fn(async (...asked: Parameters<typeof users.getOrCreate>) => {
      await gate;
      return users.getOrCreate(...asked);
    });
    const port = portWith({ users: { ...users, getOrCreate }, subjectLimit: { perMinute: 1 } });
    const statusOf = (message: IncomingMessage) =>
      port.verify(message).catch((error: unknown) => (error as SallyportError).status);
    const { outcome } = await upgraded([signed], async (message) => {
      const { sub: subject } = JSON.parse(
        Buffer.from(signed.split('.')[1] ?? '', 'base64url').toString(),
      ) as { sub: string };
      await users.bury({ issuer, subject }, Date.now() + 10_000);
      const first = statusOf(message);
      while (getOrCreate.mock.calls.length === 0) await new Promise((resolve) => setImmediate(resolve));
      const second = statusOf(message);
      await new Promise((resolve) => setImmediate(resolve));
      open();
      return [await first, await second];
    });
    expect(outcome).toEqual([401, 401]);
    expect((await upgraded([signed], statusOf)).outcome).toBe(429);
  });

  it.each([
    ['an outage', new StoreUnavailableError(), { status: 503, code: 'store_unavailable' }],
    ['a bug of the host', new TypeError('nmae'), { status: 500, code: 'internal' }],
  ])('tells onError of %s, and rejects with it', async (_name, failure, error) => {
    const onError = jest.fn();
    const users = { ...memoryUsers(), getOrCreate: () => Promise.reject(failure) };
    const port = portWith({ users, onError });
    const { outcome, written } = await upgraded([signed], (request) => port.verify(request));
    expect(outcome).toMatchObject(error);
    expect(written).toBe(0);
    expect(onError).toHaveBeenCalledTimes(1);
    expect(onError.mock.calls[0]?.[0]).toBe(outcome);
  });
});
