import { startTestIssuer, type HttpTestIssuer } from 'sallyport/testing';
import { loadConfig } from '../../service/config';
import { createLogger } from '../../service/ops/logger';
import { run } from '../../service/run';
import type { Storage } from '../../service/storage/storage';
import { caller, type Caller } from './caller';
import { later, temporaryFolder } from './clean-up';
import { stores, type ServiceStore } from './stores';

export interface ServiceUnderTest {
  readonly url: string;
  /** Of the listener for metrics, with OPS_PORT. */
  readonly metricsUrl: string;
  readonly issuer: HttpTestIssuer;
  readonly storage: Storage;
  /** Calls as this subject, with a fresh token for each request. */
  readonly as: (subject: string) => Caller;
  /** Calls with these very headers. */
  readonly with: (headers: Record<string, string>) => Caller;
  /** The log so far, a line each. */
  readonly log: () => Record<string, unknown>[];
  readonly logText: () => string;
  /** Stops the service, not the issuer; its folder stays for `restart`. */
  readonly stop: () => Promise<void>;
  /** The same configuration and data in a new run, but for the variables given here. */
  readonly restart: (changed?: Record<string, string>) => Promise<ServiceUnderTest>;
}

export const AUDIENCE = 'analyzer';
/** A machine that is busy with other tests must not look like an overloaded service. */
const CALM = { current: () => 0, stop: () => undefined };
const ROOMY = {
  RATE_LIMIT_USER_PER_MINUTE: '1000000',
  RATE_LIMIT_IP_PER_MINUTE: '1000000',
  MAX_IN_FLIGHT_PER_USER: '1000',
};

/** The real service on a real store, and a real issuer, each on a free port. Call `cleanUp` after the tests. */
export async function startService(
  env: Record<string, string> = {},
  store: ServiceStore = stores[0]!,
): Promise<ServiceUnderTest> {
  const folder = temporaryFolder();
  const issuer = await startTestIssuer({ audience: AUDIENCE });
  later(() => issuer.close());
  const auth = env['AUTH_ISSUERS'] ? {} : { AUTH_ISSUER: issuer.issuer, AUTH_AUDIENCE: AUDIENCE };
  const whole = { PORT: '0', LOG_LEVEL: 'debug', ...ROOMY, ...auth, ...store.env(folder), ...env };
  return start(whole, issuer, store);
}

async function start(
  env: Record<string, string>,
  issuer: HttpTestIssuer,
  store: ServiceStore,
): Promise<ServiceUnderTest> {
  let written = '';
  const logger = createLogger('debug', { write: (line: string) => void (written += line) });
  const deadline = store.deadlineMs === undefined ? {} : { storeDeadlineMs: store.deadlineMs };
  const service = await run({ ...loadConfig(env), ...deadline }, logger, CALM);
  let stopping: Promise<void> | undefined;
  const stop = (): Promise<void> => (stopping ??= service.stop(false));
  later(stop);
  const url = service.address;
  return {
    url,
    metricsUrl: service.metricsAddress ?? '',
    issuer,
    storage: service.storage,
    as: (subject) => caller(url, () => ({ authorization: `Bearer ${issuer.token({ sub: subject })}` })),
    with: (headers) => caller(url, () => headers),
    log: () =>
      written
        .split('\n')
        .filter(Boolean)
        .map((line) => JSON.parse(line) as Record<string, unknown>),
    logText: () => written,
    stop,
    restart: async (changed = {}) => {
      await stop();
      return start({ ...env, ...changed }, issuer, store);
    },
  };
}
