import { inSeconds, runStep } from './run-step.mjs';
import { stages, steps } from './steps.mjs';

// `run.mjs [step ...] [-- jest arguments]`
const split = process.argv.indexOf('--');
const names = process.argv.slice(2, split === -1 ? undefined : split);
const jestArguments = split === -1 ? [] : process.argv.slice(split + 1);

const unknown = names.filter((name) => !steps.some((step) => step.name === name));
if (unknown.length > 0) {
  console.error(
    `No such step: ${unknown.join(', ')}. There are ${steps.map(({ name }) => name).join(', ')}.`,
  );
  process.exit(2);
}

// A whole run has installed the packages before it came here.
const total = { passed: names.length === 0 ? 1 : 0, failed: 0 };
const broken = [];

async function take(step, besideOthers) {
  const started = Date.now();
  const { passed, failed } = await runStep(step, { jestArguments, besideOthers });
  total.passed += passed;
  total.failed += failed;
  if (failed > 0) broken.push(step.name);
  console.log(`<== ${step.name}: ${failed === 0 ? 'ok' : 'FAILED'} (${inSeconds(Date.now() - started)})`);
}

const chosen = steps.filter(({ name }) => names.includes(name));
for (const { atOnce, steps: list } of names.length === 0 ? stages : [{ atOnce: 1, steps: chosen }]) {
  const left = [...list];
  const takeAll = async () => {
    for (let step = left.shift(); step !== undefined; step = left.shift()) await take(step, atOnce > 1);
  };
  await Promise.all(Array.from({ length: atOnce }, takeAll));
}
if (broken.length > 0) console.log(`\nFailed: ${broken.join(', ')}`);
console.log(`\n${total.passed} passed, ${total.failed} failed`);
process.exitCode = total.failed === 0 ? 0 : 1;
