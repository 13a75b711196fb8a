import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

const OPTIONS = {
  quick: { type: 'boolean' },
  json: { type: 'boolean' },
  help: { type: 'boolean' },
  rounds: { type: 'string' },
  seconds: { type: 'string' },
  only: { type: 'string' },
};

/** What the command line asks for; ends the process with a sentence where that makes no sense. */
export function benchOptions(usage, known, base) {
  const values = parsed(usage);
  const { quick = false, json = false, only } = values;
  const named = only?.split(',') ?? known;
  const stranger = named.find((name) => !known.includes(name));
  if (stranger !== undefined) refuse(usage, `--only: there is no "${stranger}"`);
  return {
    quick,
    json,
    names: [base, ...named.filter((name) => name !== base)],
    // Short turns and many of them: what slows the machine down for some seconds then slows contenders beside each other.
    rounds: whole(usage, 'rounds', values.rounds ?? (quick ? '1' : '12')),
    seconds: whole(usage, 'seconds', values.seconds ?? '1'),
  };
}

/** Whether JSON is wanted of a benchmark that takes no other options. */
export function wantsJson(usage) {
  const { json, help } = OPTIONS;
  return parsed(usage, { json, help }).json ?? false;
}

function parsed(usage, options = OPTIONS) {
  try {
    const { values } = parseArgs({ options });
    if (!values.help) return values;
  } catch (error) {
    refuse(usage, error.message);
  }
  process.stdout.write(usage);
  process.exit(0);
}

function whole(usage, name, text) {
  if (/^[1-9]\d{0,2}$/.test(text)) return Number(text);
  return refuse(usage, `--${name}: a whole number from 1 to 999`);
}

function refuse(usage, message) {
  process.stderr.write(`${message}\n\n${usage}`);
  process.exit(2);
}

/** A folder that is gone afterwards. */
export async function inFolder(work) {
  const folder = await mkdtemp(join(tmpdir(), 'sallyport-bench-'));
  try {
    await work(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
