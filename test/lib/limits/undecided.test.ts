import { connect, type Socket } from 'node:net';
import express, { type RequestHandler } from 'express';
import { authenticate, InvalidTokenError, problemDetails, rateLimit, type Auth } from 'sallyport';
import { addressGate } from '../../../lib/limits/address-gate';
import { listening } from '../../support/burst';
import { cleanUp, later } from '../../support/clean-up';
import { eventually } from '../../support/eventually';

afterEach(cleanUp);

const proof = (): Auth => ({
  kind: 'token',
  issuer: 'https://issuer.test',
  subject: 'ada',
  scopes: [],
  roles: [],
  expiresAt: undefined,
  payload: {},
  header: {},
});

interface Judged {
  readonly credential: string;
  readonly decide: () => void;
}

/** Limits before a verifier that decides when the test says so: `Bearer good...` is good, all else is bad. */
async function server(routes: Record<string, readonly RequestHandler[]>) {
  const judged: Judged[] = [];
  const seen = { requests: 0, closed: 0 };
  const verifier = (credential: string) =>
    new Promise<Auth>((resolve, reject) => {
      const decide = () => {
        if (credential.startsWith('good')) resolve(proof());
        else reject(new InvalidTokenError('signature', 'Somebody else signed it.'));
      };
      judged.push({ credential, decide });
    });
  const app = express().use((request, _response, next) => {
    seen.requests += 1;
    request.once('close', () => (seen.closed += 1));
    next();
  });
  for (const [path, limits] of Object.entries(routes)) app.use(path, ...limits);
  const answer: RequestHandler = (_request, response) => void response.json({});
  app.use(authenticate({ verifier }), answer, problemDetails());
  return { url: await listening(app), judged, seen };
}

type Server = Awaited<ReturnType<typeof server>>;

const limit = (perMinute: number) => rateLimit({ by: 'address', perMinute });

/** Sends requests with these credentials in one segment and resolves when the server has all of them. */
async function pipelined({ url, seen }: Server, credentials: readonly string[], path = '/'): Promise<Socket> {
  const before = seen.requests;
  const socket = connect(Number(new URL(url).port), '127.0.0.1');
  later(() => void socket.destroy());
  const head = (credential: string) =>
    `GET ${path} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${credential}\r\n\r\n`;
  socket.write(credentials.map(head).join(''));
  await eventually(() => seen.requests === before + credentials.length);
  return socket;
}

/** Sends one request and resolves, once the server has it, with how its status is awaited. */
async function send(here: Server, credential: string, path = '/'): Promise<() => Promise<number>> {
  const socket = await pipelined(here, [credential], path);
  const status = new Promise<number>((resolve) =>
    socket.once('data', (data: Buffer) => resolve(Number(data.toString('latin1', 9, 12)))),
  );
  return () => status;
}

async function decideAll({ judged }: Server, done: () => boolean): Promise<void> {
  let next = 0;
  await eventually(() => {
    for (const { decide } of judged.slice(next)) decide();
    next = judged.length;
    return done();
  });
}

async function statusesOf(here: Server, waiting: readonly (() => Promise<number>)[]): Promise<number[]> {
  let statuses: number[] | undefined;
  void Promise.all(waiting.map((status) => status())).then((all) => (statuses = all));
  await decideAll(here, () => statuses !== undefined);
  return statuses ?? [];
}

describe('requests of one address that could outrun its limit', () => {
  it('wait their turn: good ones let the next go on, and bad ones use the limit up', async () => {
    const here = await server({ '/': [limit(3)] });
    const waiting: (() => Promise<number>)[] = [];
    for (const credential of ['good', 'good', 'bad', 'good', 'bad', 'bad', 'bad', 'good']) {
      waiting.push(await send(here, credential));
    }
    expect(here.judged.map(({ credential }) => credential)).toEqual(['good', 'good', 'bad']);
    expect(await statusesOf(here, waiting)).toEqual([200, 200, 401, 200, 401, 401, 429, 429]);
    expect(here.judged).toHaveLength(6);
  });

  it('are not judged once their caller has left, pipelined ones neither', async () => {
    const here = await server({ '/': [limit(1)] });
    const first = await send(here, 'good1');
    const left = [await pipelined(here, ['bad']), await pipelined(here, Array<string>(9).fill('bad'))];
    const last = await send(here, 'good2');
    for (const socket of left) socket.destroy();
    await eventually(() => here.seen.closed === 10);
    expect(await statusesOf(here, [first, last])).toEqual([200, 200]);
    expect(here.judged.map(({ credential }) => credential)).toEqual(['good1', 'good2']);
  });

  it('keep their place until they are judged, though their caller has left: leaving outruns no limit', async () => {
    const here = await server({ '/': [limit(1)] });
    const socket = await pipelined(here, ['bad']);
    const second = await send(here, 'bad');
    socket.destroy();
    await eventually(() => here.seen.closed === 1);
    expect(here.judged).toHaveLength(1);
    expect(await statusesOf(here, [second])).toEqual([429]);
    expect(here.judged).toHaveLength(1);
  });

  it('do not wait for each other for ever, though two limits are mounted one way here and the other way there', async () => {
    const [one, two] = [limit(1), limit(1)];
    const here = await server({ '/a': [one, two], '/b': [two, one] });
    const waiting: (() => Promise<number>)[] = [];
    for (const path of ['/a', '/b', '/a', '/b', '/a']) waiting.push(await send(here, 'good', path));
    expect(here.judged).toHaveLength(1);
    expect(await statusesOf(here, waiting)).toEqual([200, 200, 200, 200, 200]);
  });

  it('leave the places of other limits when one refuses them', async () => {
    const here = await server({ '/strict': [limit(5), limit(1)] });
    const waiting = [await send(here, 'bad', '/strict')];
    for (let n = 0; n < 8; n += 1) waiting.push(await send(here, 'bad', '/strict'));
    expect(await statusesOf(here, waiting)).toEqual([401, ...Array<number>(8).fill(429)]);
  });
});

it('judges who waits on in the next minute when the one before has just ended', async () => {
  let used = 1;
  const nextMinute = jest.fn(() => {
    used = 0;
    return undefined;
  });
  const gateOf = addressGate({ limit: 1, store: { hits: () => used, hit: jest.fn() }, refuse: nextMinute });
  const gate = gateOf('203.0.113.9');
  expect(await gate.enter({} as never, {} as never)).toBeUndefined();
  expect(nextMinute).toHaveBeenCalledTimes(1);
  gate.leave();
});
