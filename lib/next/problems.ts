import { ALWAYS } from './always';
import { nameOf } from './thrown';

/** The codes of the proxy's own problem documents (RFC 9457). Those of the service are passed on unchanged. */
export type ProxyProblemCode =
  | 'invalid_request'
  | 'invalid_body'
  | 'missing_credentials'
  | 'cross_site'
  | 'body_too_large'
  | 'unsupported_media_type'
  | 'internal'
  | 'misconfigured'
  | 'upstream_unreachable'
  | 'upstream_redirect'
  | 'upstream_timeout';

/** The reason of a failure; where the service cannot be reached, the system's error code, such as `ECONNREFUSED`. */
export type ProxyFailure =
  | 'no_user'
  | 'no_token'
  | 'malformed_token'
  | 'auth_threw'
  | 'auth_timeout'
  | 'url_threw'
  | 'url_timeout'
  | 'no_headers'
  | 'redirect'
  | 'bad_status'
  | 'bug'
  | (string & Record<never, never>);

const DEFAULT_NAME = 'analyzer service';
const upstreamTitle = (name: string): string => `Failed to communicate with ${name}`;
const UPSTREAM_TITLE = upstreamTitle(DEFAULT_NAME);

const PROBLEMS: Readonly<Record<ProxyProblemCode, { readonly status: number; readonly title: string }>> = {
  invalid_request: { status: 400, title: 'Invalid request' },
  invalid_body: { status: 400, title: 'Invalid body' },
  missing_credentials: { status: 401, title: 'Authentication required' },
  cross_site: { status: 403, title: 'Cross-site request' },
  body_too_large: { status: 413, title: 'Body too large' },
  unsupported_media_type: { status: 415, title: 'Unsupported media type' },
  internal: { status: 500, title: 'Internal error' },
  misconfigured: { status: 500, title: 'Misconfigured' },
  upstream_unreachable: { status: 502, title: UPSTREAM_TITLE },
  upstream_redirect: { status: 502, title: UPSTREAM_TITLE },
  upstream_timeout: { status: 504, title: UPSTREAM_TITLE },
};

/** Answered as a problem document. The caller sees `detail`; only `onEvent` gets `failure` and `threw`. */
export class ProxyProblem extends Error {
  readonly status: number;
  readonly title: string;

  constructor(
    readonly code: ProxyProblemCode,
    readonly detail: string,
    readonly failure?: ProxyFailure,
    readonly threw?: string,
  ) {
    super(detail);
    this.name = 'ProxyProblem';
    this.status = PROBLEMS[code].status;
    this.title = PROBLEMS[code].title;
  }
}

/** `detail` names the option and what it accepts, never its value: the caller sees it too. */
export function misconfigured(detail: string): ProxyProblem {
  return new ProxyProblem('misconfigured', detail);
}

/** A bug of ours or of a host function. The caller gets no details, and `onEvent` only the name of the error. */
export function internal(failure: ProxyFailure, thrown?: unknown): ProxyProblem {
  return new ProxyProblem('internal', 'Something went wrong on our side.', failure, nameOf(thrown));
}

/** A problem document (RFC 9457) with the same members as the service's. `name` is the host's name for the service. */
export function problemAnswer(problem: ProxyProblem, requestId: string, name = DEFAULT_NAME): Response {
  const { status, detail, code } = problem;
  const title = problem.title === UPSTREAM_TITLE ? upstreamTitle(name) : problem.title;
  const headers = new Headers({
    'content-type': 'application/problem+json',
    'x-request-id': requestId,
    ...ALWAYS,
  });
  if (status === 401) headers.set('www-authenticate', 'Bearer realm="api"');
  const body = JSON.stringify({
    type: `urn:sallyport:problem:${code}`,
    title,
    status,
    detail,
    code,
    requestId,
  });
  return new Response(body, { status, headers });
}
