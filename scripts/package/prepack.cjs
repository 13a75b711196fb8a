const { hasCompiler, npm } = require('./compiler.cjs');

// In a clone in which nothing was installed yet there is no compiler either.
if (!hasCompiler()) npm('ci', '--include=dev', '--ignore-scripts', '--no-audit', '--no-fund');
npm('run', '--silent', 'build');
