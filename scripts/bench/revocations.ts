import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import {
  memoryRevocations,
  revocationFeed,
  type Auth,
  type Revocation,
  type RevocationStore,
} from 'sallyport';
import { compete, table } from './rounds';

const ROUNDS = 7;
const TIMES = 200_000;
const AN_HOUR = 3_600_000;
const issuer = 'https://issuer.example';

/** What asking for revocations costs a request, and what they cost in memory, however many are live. */
async function main(): Promise<void> {
  const contenders = [];
  const memory: string[] = [];
  for (const count of [0, 1000, 100_000]) {
    const before = heapUsed();
    const feed = revocationFeed({ store: storeOf(count), pollMs: AN_HOUR });
    await feed.prewarm();
    const megabytes = (heapUsed() - before) / 1e6;
    const name = `${String(count)} live revocations`;
    memory.push(`  ${name}: ${megabytes.toFixed(1)} MB`);
    contenders.push({
      name,
      run: asking((auth) => {
        feed.check(auth);
      }),
    });
  }
  const results = await compete(contenders, ROUNDS, TIMES);
  const title = `Asking for revocations, median of ${String(ROUNDS)} rounds`;
  process.stdout.write(
    `${table(title, results, '0 live revocations')}\nHeld in memory\n${memory.join('\n')}\n`,
  );
}

/** Makes its entries when they are read, so that only the feed's own are left in memory. */
function storeOf(count: number): RevocationStore {
  const until = Date.now() + AN_HOUR;
  const revocations = function* (): Generator<Revocation> {
    for (let n = 0; n < count; n += 1)
      yield { by: 'sid', issuer, value: `sess_2aBcDeFgHiJkLmNoPqRs${String(n)}`, until };
  };
  const read = () => Promise.resolve({ revocations: [...revocations()], position: '0' });
  return { ...memoryRevocations(), read };
}

function asking(check: (auth: Auth) => void): (times: number) => Promise<void> {
  const payload = { iss: issuer, sub: 'alice', sid: 'sess_of_nobody', jti: 'j', iat: 1_700_000_000 };
  const claims = { issuer, subject: 'alice', scopes: [], expiresAt: undefined, payload, header: {} };
  const auth: Auth = { kind: 'token', ...claims };
  return async (times) => {
    for (let n = 0; n < times; n += 1) check(auth);
    return Promise.resolve();
  };
}

function heapUsed(): number {
  setFlagsFromString('--expose-gc');
  (runInNewContext('gc') as () => void)();
  return process.memoryUsage().heapUsed;
}

void main();
