import { PassThrough } from 'node:stream';
import { join } from 'node:path';
import { startTestIssuer, type HttpTestIssuer } from 'sallyport/testing';
import { exchanges } from '../../../../scripts/demo/playground/exchanges';
import { startPlayground } from '../../../../scripts/demo/playground/server';
import { serviceLog } from '../../../../scripts/demo/playground/service-log';
import { loadConfig } from '../../../../service/config';
import { createLogger } from '../../../../service/ops/logger';
import { run } from '../../../../service/run';
import { later, temporaryFolder } from '../../../support/clean-up';

const PAGE = join(__dirname, '../../../../scripts/demo/playground/page');
const CALM = { current: () => 0, stop: () => undefined };
const SETTINGS = { clockTolerance: 2, keysFresh: 600, keysStale: 600 };

type Json = ReturnType<typeof JSON.parse>;

export interface PlaygroundUnderTest {
  readonly url: string;
  readonly service: string;
  readonly issuer: HttpTestIssuer;
  /** As the page itself does it. Rejects with what the playground says where it refuses. */
  readonly ask: (name: string, given?: object) => Promise<Json>;
  /** A request that the page has sent, with this credential. */
  readonly exchange: (asked: object) => Promise<Json>;
}

/** The playground over the real service, its log and a real issuer. */
export async function playgroundUnderTest(env: Record<string, string> = {}): Promise<PlaygroundUnderTest> {
  const issuer = await startTestIssuer({ audience: 'demo' });
  later(() => issuer.close());
  const output = new PassThrough();
  const config = loadConfig({
    PORT: '0',
    DATA_DIR: temporaryFolder(),
    AUTH_ISSUER: issuer.issuer,
    AUTH_AUDIENCE: 'demo',
    AUTH_CLOCK_TOLERANCE_SECONDS: String(SETTINGS.clockTolerance),
    ...env,
  });
  const log = serviceLog(output);
  const running = await run(config, createLogger('debug', output), CALM);
  later(() => running.stop(false));
  const service = running.address;
  const playing = { service, issuer, log, exchange: exchanges(service, log), settings: SETTINGS };
  const { url, close } = await startPlayground(playing, PAGE);
  later(close);

  const ask = async (name: string, given: object = {}): Promise<Json> => {
    const response = await fetch(`${url}/do/${name}`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', Origin: url },
      body: JSON.stringify(given),
    });
    const result = (await response.json()) as Json;
    if (!response.ok) throw new Error(`${response.status} ${result.error}`);
    return result;
  };
  return { url, service, issuer, ask, exchange: (asked) => ask('exchange', asked) };
}
