/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    {
      name: 'no-circular',
      comment: 'Types included: a circle means that two files hold one idea.',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'not-resolvable',
      comment: 'What is measured beside us is installed, and we are built, when it is measured.',
      severity: 'error',
      from: { pathNot: '^scripts/bench/peers/' },
      to: { couldNotResolve: true },
    },
    {
      name: 'only-declared-packages',
      severity: 'error',
      from: { path: '^(lib|service)/' },
      to: { dependencyTypes: ['npm-no-pkg', 'npm-unknown', 'unknown'], dependencyTypesNot: ['npm-peer'] },
    },
    {
      name: 'no-development-packages',
      comment: 'Neither a consumer nor a production install of the service has them.',
      severity: 'error',
      from: { path: '^(lib|service)/' },
      to: { dependencyTypes: ['npm-dev'], dependencyTypesNot: ['npm', 'npm-peer', 'type-only'] },
    },
    {
      name: 'lib-knows-nothing-above',
      severity: 'error',
      from: { path: '^lib/' },
      to: { path: '^(service|test|scripts)/' },
    },
    {
      name: 'lib-imports-itself-relatively',
      comment: 'Through its own name it would load its public face, and with it everything.',
      severity: 'error',
      from: { path: '^lib/' },
      to: { path: '^lib/', dependencyTypes: ['aliased'] },
    },
    {
      name: 'service-uses-public-entry-points',
      severity: 'error',
      from: { path: '^service/' },
      to: { path: '^lib/', dependencyTypesNot: ['aliased'] },
    },
    {
      name: 'service-ships-without-test-code',
      severity: 'error',
      from: { path: '^service/' },
      to: { path: '^(lib/testing|test|scripts)/' },
    },
    {
      name: 'test-is-never-imported',
      severity: 'error',
      from: { pathNot: '^test/' },
      to: { path: '^test/' },
    },
    {
      name: 'index-is-for-the-outside',
      severity: 'error',
      from: { path: '^lib/' },
      to: { path: '^lib/index\\.ts$' },
    },
    {
      name: 'vocabulary-stands-alone',
      comment: 'Everything imports these files, so they import nothing but each other.',
      severity: 'error',
      from: { path: '^lib/[^/]+\\.ts$', pathNot: '^lib/(index|sallyport(-options)?)\\.ts$' },
      to: {
        pathNot:
          '^lib/(auth|errors|events|identity|judge|options|private-fields|provenance|sallyport-error)\\.ts$',
      },
    },
    {
      name: 'core-without-adapters',
      severity: 'error',
      from: {
        path: '^lib/[^/]+/',
        pathNot:
          '^lib/(composed|middleware|limits|passage|problems|webhooks|clerk|dpop|issuers|mcp|signals|testing|mongo|next|cli)/',
      },
      to: {
        path: '^lib/(middleware|limits|passage|problems|webhooks|clerk|dpop|issuers|mcp|signals|testing|mongo|next)/|^lib/(composed/|sallyport(-options)?\\.ts$)',
      },
    },
    {
      name: 'middleware-below-the-chain',
      severity: 'error',
      from: { path: '^lib/(middleware|limits|passage|problems)/' },
      to: {
        path: '^lib/(webhooks|clerk|dpop|issuers|mcp|signals|testing|mongo|next)/|^lib/(composed/|sallyport(-options)?\\.ts$)',
      },
    },
    {
      name: 'passage-below-the-middlewares',
      comment: 'Middlewares meet in what is known of a request, never in one another.',
      severity: 'error',
      from: { path: '^lib/(limits|passage|problems)/' },
      to: { path: '^lib/middleware/' },
    },
    {
      name: 'passage-stands-alone',
      severity: 'error',
      from: { path: '^lib/passage/' },
      to: { path: '^lib/(limits|problems)/' },
    },
    {
      name: 'express-at-the-edge',
      comment: 'The core takes headers and gives proofs; it must work without Express.',
      severity: 'error',
      from: {
        path: '^lib/',
        pathNot:
          '^lib/(middleware|limits|passage|problems|webhooks|clerk|dpop|mcp|signals|testing)/|^lib/(composed/|sallyport(-options)?\\.ts$)',
      },
      to: { path: 'node_modules/(@types/)?express(-serve-static-core)?/' },
    },
    {
      name: 'limiter-at-the-edge',
      comment: 'Its stores are a port of that library, so those who keep counts know it too.',
      severity: 'error',
      from: {
        path: '^(lib|service)/',
        pathNot:
          '^(lib/(limits|mongo|testing/contracts)|service/storage)/|^lib/(composed/|sallyport(-options)?\\.ts$)',
      },
      to: { path: 'node_modules/express-rate-limit/' },
    },
    {
      name: 'command-line-outside',
      comment: 'Nobody who imports the package loads its commands.',
      severity: 'error',
      from: { path: '^(lib|service|scripts)/', pathNot: '^lib/cli/' },
      to: { path: '^lib/cli/' },
    },
    {
      name: 'one-engine-file',
      comment: 'So that the engine can be swapped.',
      severity: 'error',
      from: {
        path: '^(lib|service|scripts)/',
        pathNot: '^(lib/tokens/express-oauth2-jwt-bearer-engine\\.ts$|scripts/bench/peers/)',
      },
      to: { path: 'node_modules/express-oauth2-jwt-bearer/' },
    },
    {
      name: 'mongoose-behind-the-ports',
      severity: 'error',
      from: { path: '^(lib|service)/', pathNot: '^(lib/mongo|service/storage/mongo)/' },
      to: { path: 'node_modules/(mongoose|mongodb)/' },
    },
    {
      name: 'metrics-outside',
      comment: 'Nobody needs prom-client who does not ask for metrics.',
      severity: 'error',
      from: { path: '^lib/', pathNot: '^lib/metrics/' },
      to: { path: '^lib/metrics/|node_modules/prom-client/' },
    },
    {
      name: 'prom-client-in-operations',
      severity: 'error',
      from: { path: '^service/', pathNot: '^service/ops/' },
      to: { path: 'node_modules/prom-client/' },
    },
    {
      name: 'lmdb-behind-the-ports',
      severity: 'error',
      from: { path: '^(lib|service)/', pathNot: '^service/storage/embedded/' },
      to: { path: 'node_modules/lmdb/' },
    },
    {
      name: 'next-on-web-standards-alone',
      comment: 'It is built for the edge runtime as well.',
      severity: 'error',
      from: { path: '^lib/next/' },
      to: { pathNot: '^lib/(next/|plain-hosts\\.ts$)' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^(dist|test/e2e/next/more|scripts/next/apps|test/package/fixtures)/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['types', 'import', 'require', 'node', 'default'],
      mainFields: ['main', 'types'],
    },
  },
};
