import { once as event } from 'node:events';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import express, { type RequestHandler } from 'express';
import {
  memoryReplays,
  memoryRevocations,
  problemDetails,
  rateLimit,
  revocationFeed,
  sallyport,
  type NewRevocation,
  type ReplayStore,
  type Revocations,
  type RevocationStore,
  type SallyportEvent,
} from 'sallyport';
import { backChannelLogout, securityEvents, type SignalOptions } from 'sallyport/signals';
import { startTestIssuer, type HttpTestIssuer } from 'sallyport/testing';

export const CLIENT = 's6BhdRkqt3';
export const RECEIVER = 'https://sp.example.com/caep';
export const LOGOUT = 'http://schemas.openid.net/event/backchannel-logout';
export const CAEP = 'https://schemas.openid.net/secevent/caep/event-type/';
export const RISC = 'https://schemas.openid.net/secevent/risc/event-type/';

export const seconds = () => Math.floor(Date.now() / 1000);

export interface SignalApp {
  readonly url: string;
  readonly issuer: HttpTestIssuer;
  /** What was asked of the store of revocations. */
  readonly written: NewRevocation[];
  /** The ids that were claimed, and still are. */
  readonly claimed: Set<string>;
  readonly events: SallyportEvent[];
  readonly revocations: Revocations;
  logout(token: string, init?: RequestInit): Promise<Response>;
  signal(token: string, init?: RequestInit): Promise<Response>;
  /** The status of a request with that token of the issuer. */
  statusOf(token: string): Promise<number>;
}

export interface SignalAppOptions {
  readonly issuer?: HttpTestIssuer;
  readonly store?: RevocationStore;
  readonly replays?: ReplayStore;
  readonly more?: Partial<SignalOptions>;
  readonly before?: readonly RequestHandler[];
  readonly perMinute?: number;
}

const closing: (() => unknown)[] = [];

/** For `afterAll`. */
export async function closeSignalApps(): Promise<void> {
  for (const close of closing.splice(0).reverse()) await close();
}

export async function ownIssuer(): Promise<HttpTestIssuer> {
  const issuer = await startTestIssuer({ audience: 'api' });
  closing.push(() => issuer.close());
  return issuer;
}

/** An instance with both receivers, and a route that a token of the issuer opens. */
export async function signalApp(options: SignalAppOptions = {}): Promise<SignalApp> {
  const { store = memoryRevocations(), before = [], more = {}, perMinute = 1000 } = options;
  const issuer = options.issuer ?? (await ownIssuer());
  const written: NewRevocation[] = [];
  const claimed = new Set<string>();
  const events: SallyportEvent[] = [];
  const revocations = revocationFeed({ store: recording(store, written), pollMs: 100 });
  const common = {
    issuer: issuer.issuer,
    revocations,
    replays: noting(options.replays ?? memoryReplays(), claimed),
    onEvent: (told: SallyportEvent) => void events.push(told),
    ...more,
  };
  const app = express();
  const limit = rateLimit({ by: 'address', perMinute });
  for (const handler of before) app.use(handler);
  app.post('/logout/backchannel', limit, backChannelLogout({ ...common, clientId: CLIENT }));
  app.post('/signals/events', limit, securityEvents({ ...common, audience: RECEIVER }));
  const port = sallyport({ issuer: issuer.issuer, audience: 'api', revocations });
  app.get('/me', port, (_request, response) => void response.json({}));
  app.use(problemDetails());
  const server = app.listen(0, '127.0.0.1');
  await event(server, 'listening');
  closing.push(() => {
    revocations.close();
    port.close();
    closeServer(server);
  });
  const url = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`;
  const post = (path: string, type: string, body: string, init: RequestInit = {}) =>
    fetch(url + path, { method: 'POST', body, headers: { 'content-type': type }, ...init });
  return {
    ...{ url, issuer, written, claimed, events, revocations },
    logout: (token, init) =>
      post(
        '/logout/backchannel',
        'application/x-www-form-urlencoded',
        new URLSearchParams({ logout_token: token }).toString(),
        init,
      ),
    signal: (token, init) => post('/signals/events', 'application/secevent+jwt', token, init),
    statusOf: async (token) =>
      (await fetch(`${url}/me`, { headers: { authorization: `Bearer ${token}` } })).status,
  };
}

function recording(store: RevocationStore, written: NewRevocation[]): RevocationStore {
  return {
    ...store,
    add: (revocations) => {
      written.push(...revocations);
      return store.add(revocations);
    },
  };
}

function noting(store: ReplayStore, claimed: Set<string>): ReplayStore {
  return {
    claim: async (id, holder, leaseMs) => {
      const claim = await store.claim(id, holder, leaseMs);
      if (claim === 'claimed') claimed.add(id);
      return claim;
    },
    complete: (id, keepMs) => store.complete(id, keepMs),
    release: async (id, holder) => {
      await store.release(id, holder);
      claimed.delete(id);
    },
  };
}

function closeServer(server: Server): void {
  server.close();
  server.closeAllConnections();
}

type Claims = Readonly<Record<string, unknown>>;

/** The claims that every message of the tests has, unless they are given here; undefined leaves one out. */
export function logoutToken(issuer: HttpTestIssuer, claims: Claims = {}, header: Claims = {}): string {
  return issuer.token(
    {
      aud: CLIENT,
      jti: `jti_${String(Math.random())}`,
      sub: undefined,
      sid: 'sess_1',
      events: { [LOGOUT]: {} },
      ...claims,
    },
    { typ: 'logout+jwt', ...header },
  );
}

export function eventToken(issuer: HttpTestIssuer, claims: Claims = {}, header: Claims = {}): string {
  return issuer.token(
    {
      aud: RECEIVER,
      jti: `jti_${String(Math.random())}`,
      sub: undefined,
      exp: undefined,
      sub_id: { format: 'iss_sub', iss: issuer.issuer, sub: 'alice' },
      events: { [`${CAEP}session-revoked`]: { event_timestamp: seconds() } },
      ...claims,
    },
    { typ: 'secevent+jwt', ...header },
  );
}
