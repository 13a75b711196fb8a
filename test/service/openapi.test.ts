import type { Express } from 'express';
import { compose } from '../../service/compose';
import { loadConfig } from '../../service/config';
import { PROBLEMS } from '../../service/openapi/problems';
import { createLogger } from '../../service/ops/logger';
import { expectProblem } from '../support/assertions';
import { cleanUp, later, temporaryFolder } from '../support/clean-up';
import { rawHttp } from '../support/raw-http';
import { startService, type ServiceUnderTest } from '../support/service';

const SECRET = `whsec_${Buffer.from('no secret but of this test').toString('base64')}`;
const EVERYTHING = { CLERK_WEBHOOK_SECRET: SECRET, AUTH_LOGOUT: 'client-7', AUTH_SIGNALS: 'receiver-7' };

afterAll(cleanUp);

interface Document {
  readonly openapi: string;
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  readonly info: { readonly description: string };
  readonly servers: readonly { readonly url: string }[];
}
interface Operation {
  readonly operationId: string;
  readonly responses: Readonly<Record<string, unknown>>;
}

const documentOf = async (service: ServiceUnderTest) =>
  (await service.with({}).get('/openapi.json')).json as Document;
const operationsOf = ({ paths }: Document) => Object.values(paths).flatMap((path) => Object.values(path));

interface Layer {
  readonly route?: { readonly path: string };
  readonly slash: boolean;
  readonly handle: { readonly stack?: readonly Layer[] };
}

/** The paths that are mounted; throws for a router below a path, whose own path Express forgets. */
function mountedPaths(layers: readonly Layer[]): string[] {
  return layers.flatMap(({ route, slash, handle }) => {
    if (route) return [route.path];
    if (!handle.stack) return [];
    if (!slash) throw new Error('a router is mounted below a path');
    return mountedPaths(handle.stack);
  });
}

async function composedApp(env: Record<string, string>): Promise<Express> {
  const config = loadConfig({
    AUTH_ISSUER: 'https://issuer.example',
    AUTH_AUDIENCE: 'x',
    DATA_DIR: temporaryFolder(),
    ...env,
  });
  const logger = createLogger('silent', { write: () => undefined });
  const { app, release } = await compose(config, logger, { current: () => 0, stop: () => undefined });
  later(release);
  return app;
}

describe.each([
  ['as little as may be configured', {}],
  ['everything configured', EVERYTHING],
])('with %s', (_name, env) => {
  let service: ServiceUnderTest;
  let document: Document;
  beforeAll(async () => {
    service = await startService(env);
    document = await documentOf(service);
  });

  it('lists every route that is mounted, and no other', async () => {
    const app = await composedApp(env);
    const paths = mountedPaths((app as unknown as { router: Layer['handle'] }).router.stack ?? []);
    expect(paths.length).toBeGreaterThan(15);
    expect(Object.keys(document.paths).sort()).toEqual(
      paths.map((path) => path.replaceAll(/:(\w+)/g, '{$1}')).sort(),
    );
  });

  it('lists every method of each, as Allow does', async () => {
    for (const [path, operations] of Object.entries(document.paths)) {
      const answer = await service.with({}).request('OPTIONS', path.replaceAll(/[{}]/g, ''));
      const told = Object.keys(operations).flatMap((name) =>
        name === 'get' ? ['GET', 'HEAD'] : [name.toUpperCase()],
      );
      expect([path, answer.headers.get('allow')?.split(', ').sort()]).toEqual([path, told.sort()]);
    }
  });

  it('names each operation once, and tells of no https where http is served', () => {
    const ids = operationsOf(document).map(({ operationId }) => operationId);
    expect(new Set(ids).size).toBe(ids.length);
    expect(document.components['examples']).not.toHaveProperty('https_required');
  });

  it('holds nothing of the configuration but which routes there are', async () => {
    const { text } = await service.with({}).get('/openapi.json');
    for (const secret of [
      SECRET,
      'client-7',
      'receiver-7',
      service.issuer.issuer,
      'analyzer"',
      process.cwd(),
    ]) {
      expect(text).not.toContain(secret);
    }
  });
});

it('has an example of each problem, made of the very error, and every code in its introduction', async () => {
  const document = await documentOf(await startService(EVERYTHING));
  for (const [name, { code, status, title, detail }] of Object.entries(PROBLEMS)) {
    if (name === 'https_required') continue;
    expect(document.info.description).toContain(`\`${code}\``);
    if (name === 'method_not_allowed') continue;
    expect(document.components['examples']?.[name]).toMatchObject({ value: { code, status, title, detail } });
  }
});

it('sends what is tried behind a path prefix to that prefix, and not to the root of the host', async () => {
  const { servers } = await documentOf(await startService());
  const urls = servers.map(({ url }) => new URL(url, 'https://host.example/analyzer/openapi.json').href);
  expect(urls).toEqual(['https://host.example/analyzer/']);
});

it('tells of https_required where plain http is refused, itself included', async () => {
  const service = await startService({ REQUIRE_HTTPS: 'true', TRUST_PROXY: '1' });
  expectProblem(await service.with({}).get('/openapi.json'), 403, 'https_required');
  const document = (await service.with({ 'x-forwarded-proto': 'https' }).get('/openapi.json'))
    .json as Document;
  expect(document.components['examples']).toHaveProperty('https_required');
  expect(document.paths['/api/users/me']?.['get']?.responses).toHaveProperty('403');
});

describe('served', () => {
  let service: ServiceUnderTest;
  beforeAll(async () => {
    service = await startService();
  });

  it.each([
    ['/openapi.json', 'application/json'],
    ['/docs', 'text/html'],
    ['/docs/page.css', 'text/css'],
    ['/docs/initializer.js', 'text/javascript'],
    ['/docs/swagger-ui.css', 'text/css'],
    ['/docs/swagger-ui-bundle.js', 'text/javascript'],
  ])('%s to everybody, and not again to who has it', async (path, mediaType) => {
    const nobody = service.with({});
    const answer = await nobody.get(path);
    expect([answer.status, answer.headers.get('content-type')]).toEqual([200, `${mediaType}; charset=utf-8`]);
    const tag = answer.headers.get('etag')!;
    const again = await nobody.get(path, { 'if-none-match': tag });
    expect([again.status, again.text, again.headers.get('etag')]).toEqual([304, '', tag]);
    expect((await nobody.request('HEAD', path)).headers.get('etag')).toBe(tag);
    expectProblem(await nobody.request('POST', path), 405, 'method_not_allowed');
  });

  it('the page alone with a policy that lets it run what is ours, and nothing else', async () => {
    const policy = async (path: string) =>
      (await service.with({}).get(path)).headers.get('content-security-policy');
    const strict = await policy('/docs');
    expect(strict).toContain("script-src 'self';style-src 'self'");
    expect(strict).not.toMatch(/unsafe|\*|https?:/);
    expect(await policy('/openapi.json')).toBe("default-src 'none';frame-ancestors 'none'");
    expect(await policy('/docs/swagger-ui-bundle.js')).toBe("default-src 'none';frame-ancestors 'none'");
  });

  it.each([
    '/docs/',
    '/docs/index.html',
    '/docs/package.json',
    '/docs/../package.json',
    '/docs/..%2fpackage.json',
    '/docs/%2e%2e/package.json',
    '/docs//swagger-ui.css',
    '/docs/swagger-ui.css/../package.json',
    '//evil.example/docs',
    '/openapi.json/',
  ])('nothing at %s, and leads nowhere', async (path) => {
    const answer = await rawHttp(service.url, `GET ${path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`);
    expect(answer).toMatch(/^HTTP\/1.1 404 /);
    expect(answer).not.toMatch(/^location:/im);
  });

  it('a page that takes no configuration from its address', async () => {
    const { text } = await service.with({}).get('/docs/initializer.js');
    expect(text).toContain('queryConfigEnabled: false');
    expect(text).not.toMatch(/location|search|http/);
  });
});
