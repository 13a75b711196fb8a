import { startTestIssuer, type HttpTestIssuer } from 'sallyport/testing';
import { builtService } from './built-service';
import { caller, type Caller } from './caller';
import { later, temporaryFolder } from './clean-up';
import { eventually } from './eventually';
import { startProcess, type ServiceProcess } from './service-process';

type Line = Readonly<Record<string, unknown>>;

/** A service of two workers, as its operator sees it. */
export interface Workers {
  readonly service: ServiceProcess;
  /** Resolves with the address once both listen. */
  readonly url: Promise<string>;
  readonly lines: () => Line[];
  /** The process ids of the workers so far, in the order of their numbers. */
  readonly pids: () => number[];
  /** How many have begun to listen so far. */
  readonly listeners: () => number;
}

export interface WorkerWorld {
  start(env?: Record<string, string>, folder?: string): Workers;
  /** Each request over a connection of its own. */
  as(url: string, subject: string): Caller;
  readonly issuer: HttpTestIssuer;
  /** Ends every service that was started: their number must not slow down the next test. */
  end(): Promise<void>;
}

/** Call `cleanUp` after the tests. */
export async function workerWorld(): Promise<WorkerWorld> {
  const main = builtService();
  const issuer = await startTestIssuer({ audience: 'analyzer' });
  later(() => issuer.close());
  const running: ServiceProcess[] = [];
  return {
    issuer,
    start: (env = {}, folder = temporaryFolder()) => {
      const workers = started(main, folder, issuer, env);
      running.push(workers.service);
      return workers;
    },
    end: async () => {
      for (const service of running.splice(0)) {
        service.kill('SIGKILL');
        await service.exited;
      }
    },
    as: (url, subject) =>
      caller(url, () => ({ authorization: `Bearer ${issuer.token({ sub: subject })}`, connection: 'close' })),
  };
}

function started(
  main: string,
  folder: string,
  { issuer }: HttpTestIssuer,
  env: Record<string, string>,
): Workers {
  const service = startProcess(main, folder, {
    AUTH_ISSUER: issuer,
    AUTH_AUDIENCE: 'analyzer',
    WEB_CONCURRENCY: '2',
    SHUTDOWN_GRACE_SECONDS: '2',
    RATE_LIMIT_USER_PER_MINUTE: '1000000',
    RATE_LIMIT_IP_PER_MINUTE: '1000000',
    MAX_IN_FLIGHT_PER_USER: '1000',
    ...env,
  });
  const lines = (): Line[] => {
    const whole = service.stdout().split('\n').slice(0, -1);
    return whole.filter(Boolean).map((line) => JSON.parse(line) as Line);
  };
  const listeners = (): number => lines().filter(({ msg }) => msg === 'listening').length;
  const url = service.listening.then(async (address) => {
    await eventually(() => listeners() === 2);
    return address;
  });
  url.catch(() => undefined);
  const pids = (): number[] =>
    lines().flatMap(({ msg, pid }) => (msg === 'worker started' ? [pid as number] : []));
  return { service, url, lines, pids, listeners };
}

export function lives(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

export const nothingIsLeftOf = ({ pids }: Workers): Promise<void> => eventually(() => !pids().some(lives));
