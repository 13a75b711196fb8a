const { existsSync } = require('node:fs');
const { join } = require('node:path');
const { hasCompiler, npm, root } = require('./compiler.cjs');

// npm runs this at the end of an install in a clone, and so before it packs what was asked for from git. Where no compiler
// is installed (`npm ci --omit=dev`), whoever deploys brings `dist` along.
if (!existsSync(join(root, 'dist/lib/index.js')) && hasCompiler()) npm('run', '--silent', 'build');
