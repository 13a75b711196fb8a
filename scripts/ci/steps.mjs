const npm = (script, ...args) => ['npm', 'run', '--silent', script, ...args];

// One, since the database server of the tests may hang where two workers create collections at once. With the limit of
// memory it is a process of its own, which jest replaces between two files.
const WORKERS = ['--maxWorkers=1', '--workerIdleMemoryLimit=2GB'];
// What the engine and Express answer; nothing else reads any of those variables.
const ANSWERS = [
  'test/(security|unit)/',
  'test/lib/(dpop|issuers|middleware|tokens|verifiers|sallyport)',
  'test/service/(config|process|providers|refusals|rights|secrecy|start)[.]test',
];

/** What packs takes the build as it is. */
const AS_BUILT = { SALLYPORT_BUILT: '1' };

const lockFile = { name: 'lock-file', command: ['node', 'scripts/ci/lock-file.mjs'] };
const format = { name: 'format', command: npm('lint:format') };
const dependencyRules = { name: 'dependency-rules', command: npm('lint:dependencies') };
const types = { name: 'types', command: npm('typecheck') };
const lint = { name: 'lint', command: npm('lint:code') };
const unused = { name: 'unused', command: npm('lint:unused') };
// What runs in the image is tried by `consumers`.
const container = { name: 'container', command: ['node', 'scripts/ci/container.mjs'] };
const build = { name: 'build', command: npm('build') };
const publicApi = { name: 'public-api', command: npm('api', '--', '--check') };
// A link of a doc comment that leads nowhere, and a public type that the reference lacks, fail it.
const docs = { name: 'docs', command: npm('docs') };
const packed = { name: 'package', command: ['node', 'scripts/ci/package.mjs'] };
// `npm test`, which also counts what of lib it reaches.
const test = { name: 'test', command: npm('coverage', '--', ...WORKERS), jest: true };
const hostileEnvironment = {
  name: 'hostile-environment',
  command: npm('test:hostile', '--', ...WORKERS, ...ANSWERS),
  jest: true,
};
const demo = { name: 'demo', command: npm('demo', '--', '--once') };
const playground = { name: 'playground', command: npm('test:playground') };
const contract = { name: 'contract', command: npm('test:contract') };
const consumers = {
  name: 'consumers',
  command: npm('test:package', '--', 'test/package/[a-z]+\\.test'),
  env: AS_BUILT,
  jest: true,
};
// One host after another: installs, compilers and bundlers each keep a processor busy.
const street = {
  name: 'street',
  command: npm('test:package', '--', 'test/package/street/'),
  env: AS_BUILT,
  jest: true,
};
const next = { name: 'next', command: npm('test:next'), env: AS_BUILT };
const chaos = { name: 'chaos', command: npm('chaos') };
// A sample, so that all steps together stay under 40 minutes; all of them: npm run mutate.
const mutate = {
  name: 'mutate',
  command: ['node', 'dist/scripts/mutate/main.js', '--only', 'signature|owner|unread'],
};
const selfTest = { name: 'self-test', command: ['node', 'scripts/ci/self-test.mjs'] };

/**
 * In the order of a person's patience: what is quick to tell comes first. `atOnce`: so many steps of a stage run beside each
 * other, taken from its list in order, the longest first where that is more than one. Such steps keep one processor busy,
 * and none writes where another of its stage reads. What is judged by how soon it answers, and what takes all processors,
 * runs alone.
 */
export const stages = [
  { atOnce: 2, steps: [lint, types, format, docs, container, dependencyRules, unused, lockFile] },
  { atOnce: 1, steps: [build, publicApi, packed, test, hostileEnvironment, chaos, demo] },
  { atOnce: 2, steps: [selfTest, consumers, street, next, mutate, playground, contract] },
];

export const steps = stages.flatMap((stage) => stage.steps);
