import { existsSync } from 'node:fs';
import { migrate } from './migrate';

async function main(): Promise<void> {
  if (existsSync('.env')) process.loadEnvFile('.env');
  process.exitCode = await migrate(process.argv.slice(2), process.env, (line) => {
    process.stdout.write(`${line}\n`);
  });
}

void main();
