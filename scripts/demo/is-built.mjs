import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

const FOLDERS = ['lib', 'service', 'scripts'];
const SETTINGS = ['tsconfig.json', 'scripts/config/tsconfig.build.json'];

/** Whether each source below `root` has its JavaScript in dist, made since the source and the compiler's settings changed. */
export function isBuilt(root) {
  const settings = Math.max(...SETTINGS.map((path) => changedAt(join(root, path))));
  return FOLDERS.flatMap((folder) => sourcesIn(root, folder)).every((source) => {
    const made = changedAt(join(root, 'dist', source.replace(/\.ts$/, '.js')));
    return made >= settings && made >= changedAt(join(root, source));
  });
}

function sourcesIn(root, folder) {
  return readdirSync(join(root, folder), { recursive: true })
    .map((path) => join(folder, path))
    .filter((path) => path.endsWith('.ts') && !path.includes('node_modules'));
}

/** Milliseconds since the epoch; 0 for what is not there. */
function changedAt(path) {
  return statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0;
}
