import { analyzerProxy } from 'sallyport/next';
import type { ProxyEvent, ProxyHandler, ProxyOptions, RouteContext, SessionAuth } from 'sallyport/next';
import { startUpstream } from './upstream';
import type { Upstream } from './upstream';

export const TOKEN = 'header.payload.signature';
export const APP = 'http://app.test';
export const NO_PARAMS: RouteContext = { params: Promise.resolve({}) };

export function signedIn(token: unknown = TOKEN): SessionAuth {
  return async () => ({ userId: 'user_1', getToken: async () => token as string });
}

export interface Proxying {
  readonly upstream: Upstream;
  readonly events: ProxyEvent[];
  /** A proxy of the upstream, with the signed-in user's options unless told otherwise. */
  proxy(options?: Partial<ProxyOptions>): ProxyHandler;
  /** Through that proxy, as Next would call it. */
  send(request?: Request, options?: Partial<ProxyOptions>): Promise<Response>;
}

/** For a test file: one upstream for each of its tests, closed after it. */
export function proxying(): Proxying {
  let upstream: Upstream | undefined;
  const events: ProxyEvent[] = [];
  beforeEach(async () => {
    upstream = await startUpstream();
    events.length = 0;
  });
  afterEach(() => upstream?.close());
  const proxy = (options: Partial<ProxyOptions> = {}): ProxyHandler =>
    analyzerProxy({
      url: `${upstream!.origin}/api/user_modules/save`,
      auth: signedIn(),
      onEvent: (event) => events.push(event),
      ...options,
    } as ProxyOptions);
  return {
    get upstream() {
      return upstream!;
    },
    events,
    proxy,
    send: (request = get(), options) => proxy(options)(request, NO_PARAMS),
  };
}

export function get(headers: Record<string, string> = {}, init: RequestInit = {}): Request {
  return new Request(`${APP}/api/modules`, { headers, ...init });
}

export function post(
  body: RequestInit['body'] = '{"moduleId":"m1"}',
  headers: Record<string, string> = {},
): Request {
  return new Request(`${APP}/api/modules`, {
    method: 'POST',
    body: body ?? null,
    headers: { 'content-type': 'application/json', ...headers },
    ...(body instanceof ReadableStream && { duplex: 'half' }),
  });
}

/** The problem document of an answer, after the checks that hold for each. */
export async function problemOf(response: Response): Promise<Record<string, unknown>> {
  expect(response.headers.get('content-type')).toBe('application/problem+json');
  expect(response.headers.get('cache-control')).toBe('private, no-store');
  expect(response.headers.get('x-content-type-options')).toBe('nosniff');
  const problem = (await response.json()) as Record<string, unknown>;
  expect(Object.keys(problem)).toEqual(['type', 'title', 'status', 'detail', 'code', 'requestId']);
  expect(problem).toMatchObject({
    type: `urn:sallyport:problem:${String(problem['code'])}`,
    status: response.status,
    requestId: response.headers.get('x-request-id'),
  });
  return problem;
}

export async function expectProblem(response: Response, status: number, code: string): Promise<void> {
  expect(await problemOf(response)).toMatchObject({ status, code });
}
