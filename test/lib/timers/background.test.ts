import { AsyncLocalStorage } from 'node:async_hooks';
import express, { type RequestHandler } from 'express';
import { memoryRevocations, revocationFeed, sallyport, type Sallyport } from 'sallyport';
import { startTestIssuer } from 'sallyport/testing';
import request from 'supertest';
import { eventually } from '../../support/eventually';

const traces = new AsyncLocalStorage<string>();
const traced: RequestHandler = (_request, _response, next) => {
  traces.run('first request', next);
};

/** Each timer that is set, with the trace that it keeps. */
function watchTimers(): { timer: NodeJS.Timeout; trace: string | undefined }[] {
  const set: { timer: NodeJS.Timeout; trace: string | undefined }[] = [];
  for (const kind of ['setTimeout', 'setInterval'] as const) {
    const original: (...args: never[]) => NodeJS.Timeout = global[kind];
    jest.spyOn(global, kind).mockImplementation(((...args: never[]) => {
      const timer = original(...args);
      set.push({ timer, trace: traces.getStore() });
      return timer;
    }) as never);
  }
  return set;
}

afterEach(() => {
  jest.restoreAllMocks();
});

it('keeps no trace of the first request in a timer that goes on after it', async () => {
  const { issuer, audience, token, close } = await startTestIssuer();
  let port: Sallyport<undefined> | undefined;
  const lazily: RequestHandler = (...way) => {
    port ??= sallyport({ issuer, audience, revocations: revocationFeed() });
    void port(...way);
  };
  const timers = watchTimers();
  const app = express().get('/', traced, lazily, (_request, response) => void response.end());
  await request(app).get('/').set('Authorization', `Bearer ${token()}`).expect(200);

  const lasting = timers.filter(({ timer }) => !timer.hasRef());
  // Reads of revocations, two for old ones, and the next read of the keys.
  expect(lasting.length).toBeGreaterThanOrEqual(4);
  expect(lasting.map(({ trace }) => trace).filter(Boolean)).toEqual([]);
  port?.close();
  await close();
});

it('reads revocations, and is told of new ones, outside of the trace of whoever made the feed', async () => {
  const store = memoryRevocations();
  const seen: (string | undefined)[] = [];
  const read = store.read.bind(store);
  const watched = {
    ...store,
    read: (after?: string) => {
      seen.push(traces.getStore());
      return read(after);
    },
    watch: () => {
      seen.push(traces.getStore());
      return () => undefined;
    },
  };
  const feed = traces.run('first request', () => revocationFeed({ store: watched, pollMs: 1 }));
  await eventually(() => seen.length >= 4);
  feed.close();
  expect(seen.filter(Boolean)).toEqual([]);
});
