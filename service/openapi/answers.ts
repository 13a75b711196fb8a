import type { RouteConfig } from '@asteasolutions/zod-to-openapi';
import { STATUS_CODES } from 'node:http';
import { HEADERS, type HeaderName } from './headers';
import type { Answer, Operation } from './operation';
import { PROBLEMS, type ProblemName } from './problems';

type Responses = RouteConfig['responses'];
type Response = Exclude<Responses[string], { $ref: string }>;

/** Responses that several operations have in common, by name. */
export type SharedResponses = Map<string, Response>;

/** All responses of an operation by status. Only problems are shared between operations. */
export function answersOf({ answers, problems }: Operation, shared: SharedResponses): Responses {
  const byStatus = new Map<number, Responses[string]>();
  for (const [status, answer] of Object.entries(answers)) byStatus.set(Number(status), answerOf(answer));
  for (const [status, names] of groupedByStatus(problems)) {
    const own = answers[status];
    if (own) byStatus.set(status, { ...answerOf(own), ...contentOf(own, status, names) });
    else {
      const name = [status, ...names].join('.');
      shared.set(name, problemResponse(status, names));
      byStatus.set(status, { $ref: `#/components/responses/${name}` });
    }
  }
  return Object.fromEntries(byStatus);
}

function answerOf({ description, body, headers = [], links = {} }: Answer): Response {
  const linked = Object.fromEntries(
    Object.entries(links).map(([operationId, parameters]) => [operationId, { operationId, parameters }]),
  );
  return {
    description,
    headers: headersOf(['X-Request-Id', ...headers]),
    ...(body && { content: { [body.mediaType]: { schema: body.schema } } }),
    ...(Object.keys(linked).length > 0 && { links: linked }),
  };
}

function groupedByStatus(problems: readonly ProblemName[]): ReadonlyMap<number, ProblemName[]> {
  const groups = new Map<number, ProblemName[]>();
  for (const name of new Set(problems)) {
    const { status } = PROBLEMS[name];
    groups.set(status, [...(groups.get(status) ?? []), name]);
  }
  return groups;
}

function problemResponse(status: number, names: readonly ProblemName[]): Response {
  return {
    description: `${STATUS_CODES[status] ?? ''}: ${codesOf(names)
      .map((code) => `\`${code}\``)
      .join(', ')}.`,
    headers: problemHeaders(names),
    ...contentOf(undefined, status, names),
  };
}

function codesOf(names: readonly ProblemName[]): string[] {
  return [...new Set(names.map((name) => PROBLEMS[name].code))];
}

/** The problems of a status, and the other response with that status, if any. */
function contentOf(
  own: Answer | undefined,
  status: number,
  names: readonly ProblemName[],
): Pick<Response, 'content'> {
  const narrowed = {
    type: 'object',
    properties: { status: { const: status }, code: { enum: codesOf(names) } },
  } as const;
  const examples = Object.fromEntries(names.map((name) => [name, { $ref: `#/components/examples/${name}` }]));
  const problem = { schema: { allOf: [{ $ref: '#/components/schemas/Problem' }, narrowed] }, examples };
  return { content: { ...(own && answerOf(own).content), 'application/problem+json': problem } };
}

function problemHeaders(names: readonly ProblemName[]) {
  const sets = names.map((name) => headerNamesOf(name));
  const all = [...new Set(sets.flat())];
  const isOnAll = (header: HeaderName): boolean => sets.every((set) => set.includes(header));
  return headersOf(
    all.filter(isOnAll),
    all.filter((header) => !isOnAll(header)),
  );
}

function headerNamesOf(name: ProblemName): HeaderName[] {
  const { status, headers } = PROBLEMS[name];
  const own = Object.keys(headers) as HeaderName[];
  return ['X-Request-Id', ...own, ...(status === 429 ? (['RateLimit', 'RateLimit-Policy'] as const) : [])];
}

function headersOf(always: readonly HeaderName[], sometimes: readonly HeaderName[] = []): never {
  return Object.fromEntries([
    ...always.map((name) => [name, { $ref: `#/components/headers/${name}` }]),
    ...sometimes.map((name) => [name, HEADERS[name]]),
  ]) as never;
}
