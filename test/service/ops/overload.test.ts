import { once } from 'node:events';
import { type AddressInfo, connect, type Socket } from 'node:net';
import express from 'express';
import { problemDetails } from 'sallyport';
import { measureLoopDelay } from '../../../service/ops/loop-delay';
import { refuseOverload } from '../../../service/ops/overload';
import { expectProblem } from '../../support/assertions';
import { cleanUp, later } from '../../support/clean-up';
import { CLERK_SECRET, clerkUser, sendEvent } from '../../support/clerk-events';
import { eventually } from '../../support/eventually';
import { bare, pipeline } from '../../support/pipeline';
import { startService } from '../../support/service';
import request from 'supertest';

afterAll(cleanUp);

describe('MAX_IN_FLIGHT', () => {
  it('turns away with 503 what comes on top, health excepted, until a request ends or its caller leaves', async () => {
    const service = await startService({ MAX_IN_FLIGHT: '1' });
    const ada = service.as('ada');
    expect((await ada.get('/api/users/me')).status).toBe(200);

    const unfinished = await sendHalf(service.url, service.issuer.token({ sub: 'ada' }));
    const refused = await ada.get('/api/users/me');
    expectProblem(refused, 503, 'overloaded');
    expect(refused.headers.get('retry-after')).toBe('1');
    expect((await ada.get('/health/live')).status).toBe(200);

    unfinished.destroy();
    await eventually(async () => (await ada.get('/api/users/me')).status === 200);
  });

  it('leaves places that strangers who are slow with webhooks cannot take, to webhooks too', async () => {
    const service = await startService({ MAX_IN_FLIGHT: '3', CLERK_WEBHOOK_SECRET: CLERK_SECRET });
    const ada = service.as('ada');
    expect((await ada.get('/api/users/me')).status).toBe(200);

    const first = await sendHalfWebhook(service.url);
    const cut = cutWithoutAnswer(first);
    const second = await sendHalfWebhook(service.url);
    await cut;
    expect((await ada.get('/api/users/me')).status).toBe(200);
    expect(second.destroyed).toBe(false);
    const pushedOut = cutWithoutAnswer(second);
    for (const name of ['bob', 'cyd']) {
      expect((await sendEvent(service, 'user.created', clerkUser(name, name))).status).toBe(204);
    }
    await pushedOut;
  });
});

describe('places in flight', () => {
  const PLACES = 3;

  /** A service of three places, with an answer that never comes, a small one and a large one. */
  async function threePlaces(): Promise<string> {
    const app = express().use(
      refuseOverload({ inFlight: new Set(), maxInFlight: PLACES, loopDelay: () => 0 }),
    );
    app.get('/never', () => undefined);
    app.get('/small', (_request, response) => void response.send('small'));
    app.get('/large', (_request, response) => void response.send('x'.repeat(1_000_000)));
    app.use(problemDetails());
    const server = app.listen(0, '127.0.0.1');
    await once(server, 'listening');
    later(() => {
      server.closeAllConnections();
      server.close();
    });
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  const asked = (...paths: string[]) => paths.map((path) => bare('GET', path));
  const statusOf = async (url: string) => (await fetch(`${url}/small`)).status;

  it('are not kept by small answers that wait behind one that is not read', async () => {
    const url = await threePlaces();
    await pipeline(url, asked('/never', ...Array.from({ length: 15 }, () => '/small')));
    await pipeline(url, asked('/never', '/small', '/small'));
    for (let n = 0; n < 5; n += 1) expect(await statusOf(url)).toBe(200);
    await pipeline(url, asked('/never'));
    await eventually(async () => (await statusOf(url)) === 503);
  });

  it('are given back when the connections of requests without an answer close', async () => {
    const url = await threePlaces();
    const held = await pipeline(url, asked('/never', '/never', '/never'));
    await eventually(async () => (await statusOf(url)) === 503);
    held.destroy();
    await eventually(async () => (await statusOf(url)) === 200);
  });

  it('are kept by large answers that are not read, and by requests without an answer', async () => {
    const url = await threePlaces();
    await pipeline(url, asked('/never', '/large', '/large'));
    await eventually(async () => (await statusOf(url)) === 503);
    for (let n = 0; n < 5; n += 1) expect(await statusOf(url)).toBe(503);
  });
});

describe('MAX_IN_FLIGHT_PER_USER', () => {
  it('turns one user away with 429, and nobody else, until one of their requests has ended', async () => {
    const service = await startService({ MAX_IN_FLIGHT_PER_USER: '2' });
    const [ada, bob] = [service.as('ada'), service.as('bob')];
    const slow = [
      await sendHalf(service.url, service.issuer.token({ sub: 'ada' })),
      await sendHalf(service.url, service.issuer.token({ sub: 'ada' })),
    ];
    for (const path of ['/api/users/me', '/api/keys', '/user_modules/user/ada']) {
      const refused = await ada.get(path);
      expectProblem(refused, 429, 'rate_limited');
      expect(refused.headers.get('www-authenticate')).toBeNull();
      expect(refused.headers.get('retry-after')).toBe('1');
      expect(refused.headers.get('ratelimit')).toMatch(/^"subject"; r=\d+; .*, "in-flight"; r=0; t=1$/);
      expect(refused.headers.get('ratelimit-policy')).toContain('"in-flight"; q=2; qu="concurrent-requests"');
    }
    expectProblem(await ada.save('refused', {}), 429, 'rate_limited');
    expect((await bob.get('/api/users/me')).status).toBe(200);

    slow.pop()?.destroy();
    await eventually(async () => (await ada.get('/api/users/me')).status === 200);
    expect((await ada.get('/api/user_modules/user/ada/refused')).status).toBe(404);
    slow.pop()?.destroy();
  });

  it('counts what comes with keys for their user', async () => {
    const service = await startService({ MAX_IN_FLIGHT_PER_USER: '1' });
    const ada = service.as('ada');
    const { key } = (await ada.post('/api/keys', { name: 'k' })).json;
    const slow = await sendHalf(service.url, service.issuer.token({ sub: 'ada' }));
    expectProblem(await service.with({ 'x-api-key': key }).get('/api/users/me'), 429, 'rate_limited');
    slow.destroy();
    await eventually(
      async () => (await service.with({ 'x-api-key': key }).get('/api/users/me')).status === 200,
    );
  });

  it('gives keys half of the places, so that their user can still delete one', async () => {
    const service = await startService({ MAX_IN_FLIGHT_PER_USER: '4' });
    const ada = service.as('ada');
    const { id, key } = (await ada.post('/api/keys', { name: 'k' })).json;
    const slow = await Promise.all([1, 2].map(() => sendHalf(service.url, key, 'X-API-Key:')));
    const withKey = service.with({ 'x-api-key': key });
    const refused = await withKey.get('/api/users/me');
    expectProblem(refused, 429, 'rate_limited');
    expect(refused.headers.get('ratelimit-policy')).toContain('"in-flight"; q=2;');
    expect((await ada.delete(`/api/keys/${id}`)).status).toBe(204);
    for (const socket of slow) socket.destroy();
  });
});

describe('event loop delay', () => {
  it.each([
    [500, 200],
    [501, 503],
  ])('of %d ms is answered with %d', async (delay, status) => {
    const app = express().use(
      refuseOverload({ inFlight: new Set(), maxInFlight: 10, loopDelay: () => delay }),
      (_request, response) => void response.end(),
    );
    app.use(problemDetails());
    const answer = await request(app).get('/');
    expect(answer.status).toBe(status);
    if (status === 503) expect(answer.body.code).toBe('overloaded');
  });

  it('is high only when it lasts', () => {
    jest.useFakeTimers();
    const clock = jest.spyOn(performance, 'now').mockReturnValue(0);
    const delay = measureLoopDelay();
    let now = 0;
    const tick = (late: number) => {
      now += 100 + late;
      clock.mockReturnValue(now);
      jest.advanceTimersByTime(100);
    };
    tick(0);
    expect(delay.current()).toBe(0);
    tick(30_000);
    expect(delay.current()).toBeLessThanOrEqual(500);
    tick(600);
    expect(delay.current()).toBeGreaterThan(500);
    tick(0);
    tick(0);
    expect(delay.current()).toBeLessThan(500);
    delay.stop();
    clock.mockRestore();
    jest.useRealTimers();
  });
});

/** A save whose body never comes. */
function sendHalf(url: string, credential: string, header = 'Authorization: Bearer'): Promise<Socket> {
  const headers = [`${header} ${credential}`, 'Content-Type: application/json'];
  return beginPost(url, '/api/user_modules/save', headers);
}

/** A body that is only too slow is answered with 408. */
async function cutWithoutAnswer(socket: Socket): Promise<void> {
  const answers: string[] = [];
  socket.on('data', (bytes) => void answers.push(bytes.toString()));
  await once(socket, 'close');
  expect(answers).toEqual([]);
}

function sendHalfWebhook(url: string): Promise<Socket> {
  const now = String(Math.floor(Date.now() / 1000));
  return beginPost(url, '/webhooks/clerk', ['svix-id: a', `svix-timestamp: ${now}`, 'svix-signature: v1,a']);
}

/** Resolves once the service has begun with it, as its 100 Continue tells. */
function beginPost(url: string, path: string, headers: readonly string[]): Promise<Socket> {
  const { hostname, port } = new URL(url);
  const head = [
    `POST ${path} HTTP/1.1`,
    'Host: localhost',
    ...headers,
    'Content-Length: 100',
    'Expect: 100-continue',
    '\r\n{',
  ].join('\r\n');
  return new Promise((resolve, reject) => {
    const socket = connect(Number(port), hostname, () => socket.write(head));
    socket.once('data', () => resolve(socket));
    socket.on('error', reject);
  });
}
