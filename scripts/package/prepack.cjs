const { existsSync } = require('node:fs');
const { join } = require('node:path');
const { hasCompiler, npm, root } = require('./compiler.cjs');

// In a clone in which nothing was installed yet there is no compiler either.
if (!hasCompiler()) npm('ci', '--include=dev', '--ignore-scripts', '--no-audit', '--no-fund');
// CI has built it already, and packs it while other steps read it.
const isBuilt = process.env.SALLYPORT_BUILT !== undefined && existsSync(join(root, 'dist/lib/index.js'));
if (!isBuilt) npm('run', '--silent', 'build');
