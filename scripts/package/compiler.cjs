const { createRequire } = require('node:module');
const { spawnSync } = require('node:child_process');
const { join, resolve } = require('node:path');

const root = resolve(__dirname, '../..');

/** Whether the development packages are installed here. */
function hasCompiler() {
  try {
    createRequire(join(root, 'package.json')).resolve('typescript');
    return true;
  } catch {
    return false;
  }
}

/** What npm does of us goes to standard error: `npm pack --json` answers on the other one. */
function npm(...args) {
  const { status } = spawnSync('npm', args, { cwd: root, stdio: ['ignore', 2, 2], shell: true });
  if (status !== 0) process.exit(status ?? 1);
}

module.exports = { root, hasCompiler, npm };
