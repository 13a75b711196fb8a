import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { startTestIssuer, type HttpTestIssuer } from 'sallyport/testing';
import { createClient, type Client } from './client';
import { createLedger, type Ledger } from './ledger';
import { launch, type Launch, type Service } from './service';

const AUDIENCE = 'sallyport-chaos';
/** What limits callers is not what is tried here. */
const ROOMY = {
  RATE_LIMIT_USER_PER_MINUTE: '1000000',
  RATE_LIMIT_IP_PER_MINUTE: '1000000',
  MODULES_PER_USER: '1000000',
  SHUTDOWN_GRACE_SECONDS: '4',
};

/** All that one scenario has to itself. */
export interface World {
  readonly folder: string;
  readonly issuer: HttpTestIssuer;
  readonly ledger: Ledger;
  /** Starts the service on the world's data; the one before has ended by then. */
  start(launch?: Launch): Promise<Service>;
  readonly as: (subject: string) => Client;
  /** Ends with the world. */
  later(end: () => unknown): void;
  /** Whether a good token is served within so many seconds. */
  serves(seconds?: number): Promise<boolean>;
  /** How many acknowledged saves are not there. */
  missing(): Promise<number>;
  close(): Promise<void>;
}

export async function createWorld(): Promise<World> {
  const folder = mkdtempSync(join(tmpdir(), 'sallyport-chaos-'));
  const issuer = await startTestIssuer({ audience: AUDIENCE, lifetimeSeconds: 3600 });
  const ledger = createLedger();
  const ends: (() => unknown)[] = [() => issuer.close()];
  let service: Service | undefined;
  const own = {
    AUTH_ISSUER: issuer.issuer,
    AUTH_AUDIENCE: AUDIENCE,
    DATA_DIR: join(folder, 'data'),
    ...ROOMY,
  };
  const as = (subject: string): Client =>
    createClient(service?.url ?? '', subject, () => issuer.token({ sub: subject }), ledger);

  return {
    folder,
    issuer,
    ledger,
    as,
    async start(options = {}) {
      service = await launch(folder, { ...own, ...options.env }, options);
      const { signal, ended } = service;
      ends.push(() => {
        signal('SIGKILL');
        return ended;
      });
      return service;
    },
    later: (end) => void ends.push(end),
    async serves(seconds = 10) {
      const giveUp = performance.now() + seconds * 1000;
      while (performance.now() < giveUp) {
        if ((await as('somebody').save()).outcome === '201') return true;
        await wait(100);
      }
      return false;
    },
    missing: () => ledger.missing((subject) => as(subject).list()),
    async close() {
      for (let end = ends.pop(); end; end = ends.pop()) await end();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
