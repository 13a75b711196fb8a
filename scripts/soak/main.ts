import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { startTestIssuer } from 'sallyport/testing';
import { startServiceProcess } from '../demo/service-process';
import { actors, issuerFaults, ShedError, type Actor, type Surroundings } from './actors';
import { memoryReport, type Sample, verdictOn } from './memory';

const USAGE = `Usage: npm run soak -- --minutes N

Mixed load and faults against the built service on the embedded store; prints its resident memory, without mapped files, over time.
Exit code 1 when the memory grew by more than 10 % after the warm-up (the first third), or an answer was wrong.
`;
const AUDIENCE = 'soak';
const SAMPLE_MS = 5000;
/** Of all acts; more would say that places in flight are not given back. */
const MAX_SHED = 0.02;

interface Tally {
  acts: number;
  shed: number;
  readonly wrong: Map<string, number>;
}

async function main(): Promise<void> {
  const minutes = readMinutes();
  const folder = mkdtempSync(join(tmpdir(), 'sallyport-soak-'));
  const webhookSecret = `whsec_${Buffer.from('a signing secret of some length!').toString('base64')}`;
  const issuer = await startTestIssuer({ audience: AUDIENCE });
  const service = await startServiceProcess(folder, environment(issuer.issuer, webhookSecret));
  const around: Surroundings = { url: service.url, issuer, webhookSecret, madeUpKids: true };
  const until = performance.now() + minutes * 60_000;
  const tally: Tally = { acts: 0, shed: 0, wrong: new Map() };
  const acts = Promise.all([...actors, issuerFaults].map((actor) => play(actor, around, until, tally)));
  try {
    const samples = await watchMemory(service.pid, until);
    await acts;
    process.stdout.write(`${memoryReport(samples)}\n${tallyReport(tally)}\n`);
    const tooMuchShed = tally.shed > tally.acts * MAX_SHED;
    if (!verdictOn(samples).passed || tally.wrong.size > 0 || tooMuchShed) process.exitCode = 1;
  } finally {
    await service.stop();
    await issuer.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

function readMinutes(): number {
  try {
    const { values } = parseArgs({ options: { minutes: { type: 'string', default: '10' } } });
    if (/^\d+(\.\d+)?$/.test(values.minutes) && Number(values.minutes) > 0) return Number(values.minutes);
  } catch {
    // Said below.
  }
  process.stderr.write(USAGE);
  process.exit(2);
}

/** Short lives, so that what is kept for as long as a token may live is at its full size within the warm-up. */
function environment(issuer: string, secret: string): Record<string, string> {
  return {
    AUTH_ISSUER: issuer,
    AUTH_AUDIENCE: AUDIENCE,
    CLERK_WEBHOOK_SECRET: secret,
    REVOCATION_RETENTION_SECONDS: '60',
    JWKS_FRESH_SECONDS: '10',
    RATE_LIMIT_IP_PER_MINUTE: '1000000',
    RATE_LIMIT_USER_PER_MINUTE: '1000000',
    MAX_IN_FLIGHT: '200',
  };
}

async function play(actor: Actor, around: Surroundings, until: number, tally: Tally): Promise<void> {
  while (performance.now() < until) {
    tally.acts += 1;
    try {
      await actor.act(around);
    } catch (error) {
      if (error instanceof ShedError) tally.shed += 1;
      else note(tally.wrong, `${actor.name}: ${error instanceof Error ? error.message : String(error)}`);
    }
    await wait(actor.pauseMs);
  }
}

function note(wrong: Map<string, number>, what: string): void {
  wrong.set(what, (wrong.get(what) ?? 0) + 1);
}

function tallyReport({ acts, shed, wrong }: Tally): string {
  const lines = [...wrong].map(([what, times]) => `  WRONG ${times} x ${what}`);
  return [
    `${acts} acts, ${shed} turned away as overloaded, ${wrong.size} kinds of wrong answers`,
    ...lines,
  ].join('\n');
}

async function watchMemory(pid: number, until: number): Promise<Sample[]> {
  const samples: Sample[] = [];
  const started = performance.now();
  while (performance.now() < until) {
    await wait(SAMPLE_MS);
    samples.push({ seconds: (performance.now() - started) / 1000, megabytes: ownKilobytes(pid) / 1024 });
  }
  return samples;
}

/**
 * Resident memory without mapped files where the system tells it apart: LMDB maps its data file, whose pages the kernel takes
 * back when it needs them, and that file grows with what is saved.
 */
function ownKilobytes(pid: number): number {
  const status = `/proc/${pid}/status`;
  const told = existsSync(status)
    ? /^RssAnon:\s*(\d+) kB$/m.exec(readFileSync(status, 'utf8'))?.[1]
    : undefined;
  return Number(told ?? execFileSync('ps', ['-o', 'rss=', '-p', String(pid)], { encoding: 'utf8' }));
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
