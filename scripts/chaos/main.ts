import { NotAsPromised, type Scenario } from './scenario';
import { scenarios } from './scenarios';
import { createWorld } from './world';

const HELP = `npm run chaos -- [--only NAME] [--list] [--help]

Treats the built service badly, one scenario after the other, and says whether it keeps what it promises. After each a good
token must be served again, and every acknowledged save must be there. Ends with 1 when something is not as promised.

  --only NAME  the scenario of this name
  --list       names the scenarios
`;

interface Row {
  readonly scenario: Scenario;
  readonly asPromised: boolean;
  readonly what: string;
  readonly seconds: number;
}

/** What was seen, and afterwards: a good token is served, and what was acknowledged is there. */
async function trial(scenario: Scenario): Promise<Row> {
  const start = performance.now();
  const world = await createWorld();
  const row = (asPromised: boolean, what: string): Row => {
    return { scenario, asPromised, what, seconds: (performance.now() - start) / 1000 };
  };
  try {
    const what = await scenario.run(world);
    if (!(await world.serves())) return row(false, `${what}; afterwards: a good token is not served`);
    const missing = await world.missing();
    const all = `${String(world.ledger.size())} acknowledged saves, ${String(missing)} missing`;
    return row(missing === 0, `${what}; afterwards: served, ${all}`);
  } catch (error) {
    if (error instanceof NotAsPromised) return row(false, error.message);
    return row(false, `failed: ${error instanceof Error ? error.message : String(error)}`);
  } finally {
    await world.close();
  }
}

async function main(args: readonly string[]): Promise<number> {
  const [option, name, ...rest] = args;
  if (option === '--help' || option === '--list') {
    say(option === '--help' ? HELP : scenarios.map((scenario) => scenario.name).join('\n'));
    return 0;
  }
  const known = option === undefined || (option === '--only' && name !== undefined && rest.length === 0);
  const selected = scenarios.filter((scenario) => name === undefined || scenario.name === name);
  if (!known || selected.length === 0) throw new Error(HELP);
  const rows: Row[] = [];
  for (const scenario of selected) {
    const row = await trial(scenario);
    rows.push(row);
    say(`${verdictOf(row)}  ${scenario.name} (${row.seconds.toFixed(1)} s)`);
  }
  say(tableOf(rows));
  return rows.every(({ asPromised }) => asPromised) ? 0 : 1;
}

function verdictOf({ asPromised }: Row): string {
  return asPromised ? 'as promised' : 'NOT AS PROMISED';
}

function tableOf(rows: readonly Row[]): string {
  const lines = rows.map((row) => {
    const { scenario, what } = row;
    return `| ${scenario.name} | ${scenario.done} | ${scenario.promised} | ${what} | ${verdictOf(row)} |`;
  });
  return ['', '| scenario | done | promised | seen | |', '|---|---|---|---|---|', ...lines].join('\n');
}

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}

main(process.argv.slice(2)).then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
  },
);
