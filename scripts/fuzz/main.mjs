import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { readOptions, USAGE, UsageError } from './options.mjs';

const root = fileURLToPath(new URL('../..', import.meta.url));

try {
  const options = readOptions(process.argv.slice(2));
  if (options.help) console.log(USAGE);
  else run(options);
} catch (error) {
  if (!(error instanceof UsageError)) throw error;
  console.error(`${error.message}\n\n${USAGE}`);
  process.exitCode = 2;
}

/** The targets are tests, run as TypeScript without a build before them. */
function run(options) {
  const command = [
    '--require',
    './test/support/typescript.cjs',
    'test/fuzz/main.ts',
    JSON.stringify(options),
  ];
  const child = spawn(process.execPath, command, { cwd: root, stdio: 'inherit' });
  // Ctrl-C reaches the child as well, which ends after its batch: this one only waits for it.
  process.on('SIGINT', () => undefined);
  child.on('exit', (code) => {
    process.exitCode = code ?? 1;
  });
}
