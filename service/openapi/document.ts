import { OpenAPIRegistry, OpenApiGeneratorV31, type RouteConfig } from '@asteasolutions/zod-to-openapi';
import type { Route } from '../http/endpoint';
import { answersOf, type SharedResponses } from './answers';
import { TAGS, type Credentials, type Operation } from './operation';
import { exampleOf, problemBody, problemTable } from './problem-documents';
import type { ProblemName } from './problems';
import { HEADERS } from './headers';

export interface DocumentOptions {
  /** Whether plain http is refused. */
  readonly requireHttps: boolean;
}

/**
 * OpenAPI 3.1 document of the routes, from the schemas that they validate with. It reveals nothing of the configuration
 * except which routes exist.
 */
export function documentOf(routes: readonly Route[], { requireHttps }: DocumentOptions): object {
  const registry = new OpenAPIRegistry();
  const shared: SharedResponses = new Map();
  const said = new Set<ProblemName>(['not_found', 'method_not_allowed']);
  for (const { path, methods } of routes) {
    for (const [method, operation] of Object.entries(methods)) {
      const problems = operation.problems.filter((name) => requireHttps || name !== 'https_required');
      for (const name of problems) said.add(name);
      registry.registerPath(
        pathOf(path, method as RouteConfig['method'], { ...operation, problems }, shared),
      );
    }
  }
  registerComponents(registry, said);
  for (const [name, response] of shared) registry.registerComponent('responses', name, response as never);
  return new OpenApiGeneratorV31([...registry.definitions, { type: 'schema', schema: problemBody }], {
    sortComponents: 'alphabetically',
  }).generateDocument({
    openapi: '3.1.0',
    info: {
      title: 'Analyzer service',
      version: '1.0.0',
      description: introduction([...said]),
      license: { name: 'MIT', identifier: 'MIT' },
    },
    // Relative to the document, so that behind a proxy with a path prefix no credential is sent to the root of its
    // host.
    servers: [{ url: '.' }],
    tags: tagsOf(routes),
  });
}

function registerComponents(registry: OpenAPIRegistry, said: ReadonlySet<ProblemName>): void {
  registry.registerComponent('securitySchemes', 'token', {
    type: 'http',
    scheme: 'bearer',
    bearerFormat: 'JWT',
    description: 'An access token of a configured issuer.',
  });
  registry.registerComponent('securitySchemes', 'apiKey', {
    type: 'apiKey',
    in: 'header',
    name: 'X-API-Key',
    description: 'An API key of a user. Not accepted together with a token.',
  });
  for (const name of said) {
    // No operation has this response: it is for other methods.
    if (name !== 'method_not_allowed') registry.registerComponent('examples', name, exampleOf(name));
  }
  for (const [name, header] of Object.entries(HEADERS)) {
    registry.registerComponent('headers', name, { ...header, required: true });
  }
}

function pathOf(
  path: string,
  method: RouteConfig['method'],
  operation: Operation,
  shared: SharedResponses,
): RouteConfig {
  const { id, tag, summary, description, credentials, params, query, headers, body } = operation;
  return {
    method,
    path: path.replaceAll(/:(\w+)/g, '{$1}'),
    operationId: id,
    tags: [tag],
    summary,
    ...(description !== undefined && { description }),
    security: securityOf(credentials),
    request: {
      ...(params && { params }),
      ...(query && { query }),
      ...(headers && { headers }),
      ...(body && { body: { required: true, content: { [body.mediaType]: { schema: body.schema } } } }),
    },
    responses: answersOf(operation, shared),
  };
}

function securityOf(credentials: Credentials): Record<string, string[]>[] {
  return Object.entries(credentials).map(([scheme, scopes]) => ({ [scheme]: [...scopes] }));
}

function tagsOf(routes: readonly Route[]) {
  const used = new Set(routes.flatMap(({ methods }) => Object.values(methods).map(({ tag }) => tag)));
  return Object.entries(TAGS)
    .filter(([name]) => used.has(name as keyof typeof TAGS))
    .map(([name, description]) => ({ name, description }));
}

function introduction(said: readonly ProblemName[]): string {
  return [
    'Credentials are taken from `Authorization: Bearer` or `X-API-Key`, one of them, once.',
    'HEAD is answered as GET without the body; any other method is 405 with `Allow`.',
    '',
    'Every error is `application/problem+json`. Programs should use its `code`:',
    '',
    ...problemTable(said),
  ].join('\n');
}
