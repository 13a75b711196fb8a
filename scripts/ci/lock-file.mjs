import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';

const { packages } = JSON.parse(await readFile('package-lock.json', 'utf8'));
const complaints = [];

for (const [path, entry] of Object.entries(packages)) {
  // An address binds the lock file to one registry; a workspace's link is a folder's name and stays.
  if (/^[a-z+]+:/i.test(entry.resolved ?? '')) complaints.push(`${path} is resolved to ${entry.resolved}`);

  // npm drops a platform package that its registry lacks without a word, and the next npm ci fails elsewhere.
  for (const name of Object.keys(entry.optionalDependencies ?? {})) {
    if (!isLocked(path, name)) complaints.push(`${path} wants ${name}, which has no entry`);
  }
}

// The compiled service finds its packages from dist/, so all of them must be hoisted.
if (existsSync('service/node_modules')) complaints.push('service/node_modules exists');

for (const complaint of complaints) console.error(complaint);
if (complaints.length === 0) console.log(`${Object.keys(packages).length} entries, no address, none missing`);
process.exitCode = complaints.length === 0 ? 0 : 1;

/** As Node looks a package up: in the folder itself, then in each one above. */
function isLocked(from, name) {
  for (
    let folder = from;
    ;
    folder = folder.replace(/(^|\/)node_modules\/(@[^/]+\/)?[^/]+$|(^|\/)[^/]+$/, '')
  ) {
    if (packages[`${folder}${folder === '' ? '' : '/'}node_modules/${name}`] !== undefined) return true;
    if (folder === '') return false;
  }
}
