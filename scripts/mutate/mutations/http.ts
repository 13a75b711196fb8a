import type { Mutation } from '../mutation';

const protocol = ['test/service/http/protocol.test.ts', 'test/service/refusals.test.ts'];

/** What comes before credentials are looked at, and what is logged of it. */
export const http: readonly Mutation[] = [
  {
    breaks: 'A request may have two Host headers',
    file: 'service/http/host.ts',
    search: 'hosts.length > 1 || ',
    replace: '',
    tests: protocol,
  },
  {
    breaks: 'A request id of any form is repeated and logged',
    file: 'service/http/request-id.ts',
    search: 'PLAIN.test(id) && scrub(id) === id',
    replace: 'id.length > 0',
    tests: ['test/service/ops/logs.test.ts', ...protocol],
  },
  {
    breaks: 'Credentials in a request id are logged',
    file: 'service/http/request-id.ts',
    search: ' && scrub(id) === id',
    replace: '',
    tests: ['test/service/ops/logs.test.ts', ...protocol],
  },
  {
    breaks: 'Credentials in a path are logged',
    file: 'service/ops/scrub-line.ts',
    search: 'return withoutSecretFields(line).replace(STRING, scrubString);',
    replace: 'return withoutSecretFields(line);',
    tests: ['test/service/ops/logs.test.ts'],
  },
  {
    breaks: 'The query is logged',
    file: 'service/ops/request-log.ts',
    search: "const [path = ''] = originalUrl.split('?', 1);",
    replace: 'const path = originalUrl;',
    tests: ['test/service/ops/logs.test.ts'],
  },
  {
    breaks: 'A bug is not logged',
    file: 'service/ops/request-log.ts',
    search: "logger.error({ requestId, err: error }, 'internal error');",
    replace: 'void requestId;',
    tests: ['test/service/ops/logs.test.ts'],
  },
  {
    breaks: 'REQUIRE_HTTPS is ignored',
    file: 'service/app.ts',
    search: 'if (config.requireHttps) app.use(requireHttps);',
    replace: 'void requireHttps;',
    tests: ['test/service/http/https.test.ts'],
  },
  {
    breaks: 'A path answers methods that it has not',
    file: 'service/http/endpoint.ts',
    search: 'if (!allowed.includes(request.method))',
    replace: 'if (allowed.length === 0)',
    tests: protocol,
  },
  {
    breaks: 'Of two Content-Type headers the second is hidden',
    file: 'service/http/json-body.ts',
    search: 'if (types.length > 1)',
    replace: 'if (types.length > 2)',
    tests: protocol,
  },
  {
    breaks: 'Compressed bodies are unpacked',
    file: 'service/http/json-body.ts',
    search: 'inflate: false',
    replace: 'inflate: true',
    tests: [...protocol, 'test/service/routes/'],
  },
  {
    breaks: 'A body that is no UTF-8 is mended and stored',
    file: 'service/http/json-body.ts',
    search: 'if (!isUtf8(body))',
    replace: 'if (body.length < 0)',
    tests: [...protocol, 'test/service/routes/'],
  },
  {
    breaks: 'Who is revoked while their body comes is served',
    file: 'service/http/json-body.ts',
    search: 'return [readJsonBody, refuseRevoked];',
    replace: 'return [readJsonBody];',
    tests: ['test/service/revocations.test.ts'],
  },
  {
    breaks: 'Readiness does not tell that the service is ending',
    file: 'service/ops/health.ts',
    search: "lifecycle.phase() !== 'serving'",
    replace: "lifecycle.phase() === 'closing'",
    tests: ['test/service/ops/shutdown.test.ts', 'test/service/ops/health.test.ts'],
  },
  {
    breaks: 'A request under way is cut off at the end',
    file: 'service/ops/shutdown.ts',
    search: '  await closed;\n',
    replace: '  server.closeAllConnections();\n  await closed;\n',
    tests: ['test/service/ops/shutdown.test.ts'],
  },
  {
    breaks: 'Lines that nobody reads are kept without end',
    file: 'service/ops/log-output.ts',
    search: 'waiting.size() + line.length > MAX_WAITING',
    replace: 'waiting.size() + line.length > 1e12',
    tests: ['test/service/ops/log-output.test.ts'],
  },
];
