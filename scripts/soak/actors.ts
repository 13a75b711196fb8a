import { randomBytes, randomUUID } from 'node:crypto';
import { connect } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { Webhook } from 'standardwebhooks';
import type { HttpTestIssuer } from 'sallyport/testing';

export interface Surroundings {
  readonly url: string;
  readonly issuer: HttpTestIssuer;
  readonly webhookSecret: string;
  /** Whether made-up kids are sent. They use up the budget of key fetches, which a new key needs to be found at once. */
  madeUpKids: boolean;
}

/** One kind of caller: what it does once. Throws when an answer is not what was promised. */
export interface Actor {
  readonly name: string;
  /** Milliseconds between two of its acts. */
  readonly pauseMs: number;
  readonly act: (surroundings: Surroundings) => Promise<void>;
}

const USERS = 200;
const MODULES = 20;
/** Three fetches at one in 5 s, and some. */
const BUDGET_REFILL_MS = 20_000;

/** Good callers and bad ones, as they come in production. */
export const actors: readonly Actor[] = [
  { name: 'saves, reads, lists and deletes modules', pauseMs: 20, act: keepModules },
  { name: 'sends bad tokens', pauseMs: 50, act: sendBadToken },
  { name: 'makes, uses and deletes an API key', pauseMs: 500, act: useKey },
  { name: 'ends a session', pauseMs: 500, act: endSession },
  { name: 'sends webhooks, forged ones too', pauseMs: 500, act: sendWebhooks },
  { name: 'erases a user who comes back', pauseMs: 2000, act: eraseUser },
  { name: 'pipelines requests and leaves', pauseMs: 500, act: pipeline },
  { name: 'sends half a request and leaves', pauseMs: 1000, act: sendHalf },
  { name: 'sends nonsense', pauseMs: 500, act: sendNonsense },
];

/** The issuer rotates its keys and fails for a while, over and over. It signs with a new key as soon as it has one. */
export const issuerFaults: Actor = {
  name: 'issuer rotates and fails',
  pauseMs: 10_000,
  async act(around) {
    const { issuer } = around;
    around.madeUpKids = false;
    await wait(BUDGET_REFILL_MS);
    issuer.rotate();
    await wait(5000);
    around.madeUpKids = true;
    issuer.withdraw();
    await issuer.fail();
    await wait(5000);
    await issuer.recover();
  },
};

interface Answer {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
}

async function call(
  { url }: Surroundings,
  method: string,
  path: string,
  headers: Readonly<Record<string, string>>,
  body?: unknown,
): Promise<Answer> {
  const response = await fetch(`${url}${path}`, {
    method,
    headers: { ...headers, ...(body !== undefined && { 'content-type': 'application/json' }) },
    ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  const text = await response.text();
  return { status: response.status, body: text === '' ? {} : (JSON.parse(text) as Answer['body']) };
}

/** The service turned a request away since the machine is too busy (503 overloaded): right, as long as it is seldom. */
export class ShedError extends Error {}

function demand(what: string, { status, body }: Answer, ...allowed: number[]): void {
  if (allowed.includes(status)) return;
  if (body['code'] === 'overloaded') throw new ShedError();
  throw new Error(`${what}: ${String(status)} ${String(body['code'])}, expected ${allowed.join(' or ')}`);
}

function someone(): string {
  return `user_${String(Math.floor(Math.random() * USERS))}`;
}

function bearer(
  { issuer }: Surroundings,
  claims: Readonly<Record<string, unknown>>,
): { authorization: string } {
  return { authorization: `Bearer ${issuer.token({ jti: randomUUID(), ...claims })}` };
}

async function keepModules(around: Surroundings): Promise<void> {
  const sub = someone();
  const as = bearer(around, { sub });
  const moduleId = `m${String(Math.floor(Math.random() * MODULES))}`;
  const data = { text: randomBytes(500).toString('hex') };
  const one = `/api/user_modules/user/${sub}/${moduleId}`;
  demand('save', await call(around, 'POST', '/api/user_modules/save', as, { moduleId, data }), 200, 201);
  demand('get', await call(around, 'GET', one, as), 200, 404);
  demand('list', await call(around, 'GET', `/api/user_modules/user/${sub}?limit=5`, as), 200);
  demand("another's", await call(around, 'GET', `/api/user_modules/user/not_${sub}`, as), 403);
  if (Math.random() < 0.2) demand('delete', await call(around, 'DELETE', one, as), 204, 404);
}

async function sendBadToken(around: Surroundings): Promise<void> {
  const { issuer, madeUpKids } = around;
  const good = issuer.token({ sub: someone() });
  const tokens = [
    good.slice(0, -4) + 'AAAA',
    issuer.token({ exp: 1 }),
    issuer.token({ aud: 'another' }),
    // Seldom: a flood of them uses up the budget that would find a new key at once.
    ...(madeUpKids && Math.random() < 0.005 ? [issuer.token({}, { kid: randomUUID() })] : []),
    randomBytes(200).toString('base64url'),
  ];
  for (const token of tokens) {
    const headers = { authorization: `Bearer ${token}` };
    demand('bad token', await call(around, 'GET', '/api/users/me', headers), 401);
  }
  demand('no token', await call(around, 'GET', '/api/users/me', {}), 401);
}

async function useKey(around: Surroundings): Promise<void> {
  const sub = someone();
  const as = bearer(around, { sub });
  const made = await call(around, 'POST', '/api/keys', as, { name: 'soak' });
  demand('make a key', made, 201, 409);
  if (made.status === 409) return;
  const { id, key } = made.body as { id: string; key: string };
  const list = `/api/user_modules/user/${sub}`;
  demand('use a key', await call(around, 'GET', list, { 'x-api-key': key }), 200);
  demand('delete a key', await call(around, 'DELETE', `/api/keys/${id}`, as), 204);
  demand('use a deleted key', await call(around, 'GET', list, { 'x-api-key': key }), 401);
}

async function endSession(around: Surroundings): Promise<void> {
  const as = bearer(around, { sub: someone(), sid: `sess_${randomUUID()}` });
  demand('end a session', await call(around, 'POST', '/api/sessions/revoke', as), 204);
  demand('use an ended session', await call(around, 'GET', '/api/users/me', as), 401);
}

async function sendWebhooks(around: Surroundings): Promise<void> {
  const id = `msg_${randomUUID()}`;
  const now = new Date();
  const body = JSON.stringify({
    type: 'session.revoked',
    object: 'event',
    data: { id: `sess_${randomUUID()}` },
  });
  const headers = {
    'svix-id': id,
    'svix-timestamp': String(Math.floor(now.getTime() / 1000)),
    'svix-signature': new Webhook(around.webhookSecret).sign(id, now, body),
  };
  demand('webhook', await call(around, 'POST', '/webhooks/clerk', headers, body), 204);
  const forged = { ...headers, 'svix-signature': 'v1,AAAA' };
  demand('forged webhook', await call(around, 'POST', '/webhooks/clerk', forged, body), 401);
}

async function eraseUser(around: Surroundings): Promise<void> {
  const sub = `returning_${String(Math.floor(Math.random() * 5))}`;
  const as = bearer(around, { sub });
  const me = await call(around, 'GET', '/api/users/me', as);
  demand('a returning user', me, 200, 401);
  if (me.status === 401) return;
  demand('erase', await call(around, 'DELETE', '/api/users/me', as), 204);
  demand('an erased user', await call(around, 'GET', '/api/users/me', as), 401);
}

/** Sends bytes and destroys the connection a moment later, whatever came back. */
async function sendAndLeave({ url }: Surroundings, bytes: string | Buffer, stayMs: number): Promise<void> {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  const gone = new Promise((resolve) => socket.once('close', resolve));
  socket.on('error', () => undefined).write(bytes);
  await Promise.race([wait(stayMs), gone]);
  socket.destroy();
}

async function pipeline(around: Surroundings): Promise<void> {
  const { authorization } = bearer(around, { sub: someone() });
  const request = `GET /api/users/me HTTP/1.1\r\nHost: soak\r\nAuthorization: ${authorization}\r\n\r\n`;
  await sendAndLeave(around, request.repeat(Math.ceil(Math.random() * 40)), Math.random() * 20);
}

async function sendHalf(around: Surroundings): Promise<void> {
  const { authorization } = bearer(around, { sub: someone() });
  const head = `POST /api/user_modules/save HTTP/1.1\r\nHost: soak\r\nAuthorization: ${authorization}\r\n`;
  const rest = 'Content-Type: application/json\r\nContent-Length: 100000\r\n\r\n{"moduleId":';
  await sendAndLeave(around, head + (Math.random() < 0.5 ? rest : ''), 3000);
}

async function sendNonsense(around: Surroundings): Promise<void> {
  await sendAndLeave(around, randomBytes(1 + Math.floor(Math.random() * 2000)), 200);
}
