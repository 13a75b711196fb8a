import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

// The engine reads variables when an option is left out: with all of them wrong, every answer must stay the same.
const hostile = JSON.parse(readFileSync('test/support/hostile-environment.json', 'utf8'));
console.log(`With ${Object.keys(hostile).join(', ')} set to nonsense`);

const { status } = spawnSync('npm', ['test', '--silent', '--', ...process.argv.slice(2)], {
  stdio: 'inherit',
  env: { ...process.env, ...hostile },
});
process.exitCode = status ?? 1;
