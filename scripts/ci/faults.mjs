/** What is broken on purpose, by which step it must be noticed, and by what in its output. */
const imports = (specifier) => `import '${specifier}';\n`;

const forbidden = {
  'no-circular': {
    'lib/planted/a.ts': "import type { B } from './b';\nexport type A = B | 1;\n",
    'lib/planted/b.ts': "import type { A } from './a';\nexport type B = A | 2;\n",
  },
  'not-resolvable': { 'lib/planted/missing.ts': imports('./nowhere') },
  'only-declared-packages': { 'service/planted/undeclared.ts': imports('semver') },
  'no-development-packages': { 'lib/planted/development.ts': imports('supertest') },
  'lib-knows-nothing-above': { 'lib/planted/above.ts': imports('../../service/config') },
  'lib-imports-itself-relatively': { 'lib/planted/itself.ts': imports('sallyport/testing') },
  'service-uses-public-entry-points': { 'service/planted/inside.ts': imports('../../lib/tokens/claims') },
  'service-ships-without-test-code': { 'service/planted/testing.ts': imports('sallyport/testing') },
  'test-is-never-imported': {
    'test/planted/helper.ts': 'export const helper = 1;\n',
    'service/planted/tested.ts': imports('../../test/planted/helper'),
  },
  'index-is-for-the-outside': { 'lib/planted/face.ts': imports('../index') },
  'vocabulary-stands-alone': { 'lib/planted.ts': imports('./tokens/claims') },
  'core-without-adapters': { 'lib/tokens/planted-middleware.ts': imports('../middleware/authenticate') },
  'middleware-below-the-chain': { 'lib/middleware/planted.ts': imports('../sallyport') },
  'passage-below-the-middlewares': { 'lib/limits/planted.ts': imports('../middleware/authenticate') },
  'passage-stands-alone': { 'lib/passage/planted.ts': imports('../limits/limiter') },
  'express-at-the-edge': {
    'lib/tokens/planted-express.ts': "import type { Request } from 'express';\nexport type P = Request;\n",
  },
  'limiter-at-the-edge': { 'lib/tokens/planted-limiter.ts': imports('express-rate-limit') },
  'one-engine-file': { 'lib/tokens/planted-engine.ts': imports('express-oauth2-jwt-bearer') },
  'mongoose-behind-the-ports': { 'service/planted/mongoose.ts': imports('mongoose') },
  'metrics-outside': { 'lib/tokens/planted-metrics.ts': imports('../metrics/metrics') },
  'prom-client-in-operations': { 'service/planted/metrics.ts': imports('prom-client') },
  'lmdb-behind-the-ports': { 'service/planted/lmdb.ts': imports('lmdb') },
  'command-line-outside': { 'lib/planted-commands.ts': imports('./cli/run') },
  'next-on-web-standards-alone': { 'lib/next/planted.ts': imports('node:crypto') },
};

const lockFile = JSON.stringify({
  packages: {
    'node_modules/a': { resolved: 'https://registry.example/a.tgz', optionalDependencies: { b: '1' } },
  },
});

export const faults = [
  ...Object.entries(forbidden).map(([rule, files]) => ({
    step: 'dependency-rules',
    files,
    rule,
    notice: `${rule}: ${Object.keys(files).find((path) => !path.startsWith('test/'))} `,
  })),
  {
    step: 'types',
    files: { 'lib/planted.ts': "export const planted: number = 'text';\n" },
    notice: 'lib/planted.ts(1,14): error TS2322',
  },
  {
    step: 'lint',
    files: { 'lib/planted.ts': 'export function planted(): void {\n  Promise.resolve();\n}\n' },
    notice: '@typescript-eslint/no-floating-promises',
  },
  {
    step: 'format',
    files: { 'lib/planted.ts': 'export const planted = "text"\n' },
    notice: 'lib/planted.ts',
  },
  {
    step: 'unused',
    files: { 'lib/planted.ts': 'export const planted = 1;\n' },
    notice: 'lib/planted.ts',
  },
  {
    step: 'container',
    files: { 'service/planted/Dockerfile': 'FROM node\n' },
    notice: 'service/planted/Dockerfile:1 DL3006',
  },
  {
    step: 'container',
    files: { 'service/compose.planted.yaml': 'services:\n  planted:\n    imagee: x\n' },
    notice: 'service/compose.planted.yaml /services/planted: must NOT have additional properties',
  },
  {
    step: 'container',
    files: {
      'service/kubernetes/planted.yaml':
        'apiVersion: v1\nkind: Service\nmetadata:\n  name: planted\nspec:\n  sellector: {}\n',
    },
    notice:
      "service/kubernetes/planted.yaml did not validate for resource service/planted against version 1.37: spec: Additional properties are not allowed ('sellector' was unexpected)",
  },
  {
    step: 'test',
    files: { 'test/planted.test.ts': "it('is broken on purpose', () => expect(1).toBe(2));\n" },
    jestArguments: ['test/planted.test.ts'],
    notice: 'is broken on purpose',
  },
  {
    step: 'street',
    files: {
      'test/package/street/planted.test.ts': "it('is no host on purpose', () => expect(1).toBe(2));\n",
    },
    jestArguments: ['--testNamePattern', 'is no host on purpose'],
    notice: 'is no host on purpose',
  },
  // One test alone reaches too little of lib.
  { step: 'test', files: {}, notice: 'Coverage for branches (0%) does not meet "global" threshold (98%)' },
  // Before the lock file, since these are taken out by removing them.
  {
    step: 'playground',
    files: { 'scripts/demo/playground/page/css/colours.css': 'body * {\n  color: #aaa !important;\n}\n' },
    notice: 'color-contrast: ',
  },
  {
    step: 'public-api',
    files: { 'lib/api.txt': 'function planted(): void;\n' },
    notice: 'lib/api.txt does not say what the types of lib say. Update it: npm run api',
  },
  // Behind what compiles, since nothing does without this file.
  {
    step: 'contract',
    files: { 'service/openapi/headers.ts': 'export const HEADERS = {};\n' },
    notice: "no-unresolved-refs: Can't resolve $ref",
  },
  {
    step: 'docs',
    files: {
      'lib/metrics/index.ts':
        "export * from './metrics';\n/** As {@link nowhere} has it. */\nexport const planted = 1;\n",
    },
    notice: 'Failed to resolve link to "nowhere" in comment for metrics.planted',
  },
  // Last, for the same reason.
  ...[
    'node_modules/a is resolved to https://registry.example/a.tgz',
    'node_modules/a wants b, which has no entry',
  ].map((notice) => ({ step: 'lock-file', files: { 'package-lock.json': lockFile }, notice })),
  {
    step: 'lock-file',
    files: { 'service/node_modules/planted.txt': '' },
    notice: 'service/node_modules exists',
  },
];
