const npm = (script, ...args) => ['npm', 'run', '--silent', script, ...args];

const WORKERS = ['--maxWorkers=2', '--workerIdleMemoryLimit=2GB'];
// What the engine and Express answer; nothing else reads any of those variables.
const ANSWERS = [
  'test/(security|unit)/',
  'test/lib/(dpop|issuers|middleware|tokens|verifiers|sallyport)',
  'test/service/(config|process|providers|refusals|rights|secrecy|start)[.]test',
];

/** In the order of a person's patience: what is quick to tell comes first. */
export const steps = [
  { name: 'lock-file', command: ['node', 'scripts/ci/lock-file.mjs'] },
  { name: 'format', command: npm('lint:format') },
  { name: 'dependency-rules', command: npm('lint:dependencies') },
  { name: 'types', command: npm('typecheck') },
  { name: 'lint', command: npm('lint:code') },
  { name: 'unused', command: npm('lint:unused') },
  { name: 'build', command: npm('build') },
  { name: 'public-api', command: npm('api', '--', '--check') },
  { name: 'package', command: ['node', 'scripts/ci/package.mjs'] },
  // `npm test`, which also counts what of lib it reaches.
  { name: 'test', command: npm('coverage', '--', ...WORKERS), jest: true },
  { name: 'hostile-environment', command: npm('test:hostile', '--', ...WORKERS, ...ANSWERS), jest: true },
  { name: 'demo', command: npm('demo', '--', '--once') },
  { name: 'playground', command: npm('test:playground') },
  { name: 'consumers', command: npm('test:package', '--', 'test/package/[a-z]+\\.test'), jest: true },
  // One host after another: installs, compilers and bundlers each keep a processor busy.
  { name: 'street', command: npm('test:package', '--', 'test/package/street/'), jest: true },
  { name: 'next', command: npm('test:next') },
  { name: 'chaos', command: npm('chaos') },
  // A sample, so that all steps together stay under 40 minutes; all of them: npm run mutate.
  { name: 'mutate', command: npm('mutate', '--', '--only', 'signature|owner|unread') },
  { name: 'self-test', command: ['node', 'scripts/ci/self-test.mjs'] },
];
