import { readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { publicApi } from './public-api';
import { withOptionTables } from './option-tables';

const root = resolve(__dirname, '../../..');
const check = process.argv.includes('--check');

for (const { path, text } of [{ path: 'lib/api.txt', text: publicApi(root) }, ...withOptionTables(root)]) {
  const file = join(root, path);
  if (read(file) === text) continue;
  if (check) {
    console.error(`${path} does not say what the types of lib say. Update it: npm run api`);
    process.exitCode = 1;
  } else {
    writeFileSync(file, text);
    console.log(`${path} updated`);
  }
}

function read(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}
