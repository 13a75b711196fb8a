import { ALWAYS } from './always';
import { answerFrom } from './answer';
import { ClientGone } from './deadline';
import type { OnProxyEvent } from './events';
import { refuseCrossSite } from './cross-site';
import { isNextSignal } from './next-signal';
import type { ProxyOptions, RouteContext, Settings } from './options';
import { ProxyProblem, internal, problemAnswer } from './problems';
import { readOptions } from './read-options';
import { callsTokenInvalid, renewed } from './renewal';
import { jsonBodyOf } from './request-body';
import { headersUpstream, requestIdOf } from './request-headers';
import { requestUrl } from './request-url';
import { bearerOf } from './session';
import type { Bearer } from './session';
import { safely } from './tell';
import { send } from './upstream';
import type { UpstreamAnswer, UpstreamRequest } from './upstream';

export type ProxyHandler<Context = RouteContext> = (request: Request, context: Context) => Promise<Response>;

/** One request, with what each step needs to handle it. */
interface Passage<Context> {
  readonly settings: Settings<Context>;
  readonly request: Request;
  readonly context: Context;
  readonly requestId: string;
  readonly tell: OnProxyEvent;
}

/**
 * A Next.js route handler, for any method, that forwards the signed-in user's request to the analyzer service:
 *
 *     export const POST = analyzerProxy({ url: process.env.ANALYZER_URL + '/api/user_modules/save', auth });
 *
 * Does not throw for a bad option: options are checked at the first request, since a build loads routes without their
 * environment, and a bad one is answered with a 500 `misconfigured` that names it. What Next throws for its own control
 * flow (`redirect()`, `notFound()`) is thrown on.
 */
export function analyzerProxy<Context = RouteContext>(options: ProxyOptions<Context>): ProxyHandler<Context> {
  const tell = safely(options.onEvent);
  let settings: Settings<Context> | undefined;
  return async function proxy(request, context) {
    const requestId = requestIdOf(request);
    try {
      settings ??= readOptions(options);
      return await pass({ settings, request, context, requestId, tell });
    } catch (error) {
      if (isNextSignal(error)) throw error;
      if (error instanceof ClientGone || request.signal.aborted) return abandoned(requestId, tell);
      return refused(error, request, requestId, tell, settings?.name);
    }
  };
}

async function pass<Context>(passage: Passage<Context>): Promise<Response> {
  const { settings, request, requestId, tell } = passage;
  const { auth, template, timeoutMs, maxBodyBytes } = settings;
  refuseCrossSite(request, settings.allowed);
  const bearer = await bearerOf(auth, template, timeoutMs, request.signal);
  const url = await requestUrl(settings, request, passage.context);
  const body = await jsonBodyOf(request, maxBodyBytes);
  const headers = headersUpstream(request, requestId, body, settings.forward);
  const sent = { url, method: request.method, headers, body: body?.bytes };
  const { upstream, again } = await sendRenewing(sent, bearer, passage);
  tell({
    type: 'answered',
    requestId,
    method: request.method,
    status: upstream.response.status,
    renewed: again,
  });
  return answerFrom(upstream, {
    requestId,
    from: url,
    expose: settings.expose,
    idleMs: timeoutMs,
    signal: request.signal,
    onBodyEnd: (end) => {
      if (end === 'client_gone') tell({ type: 'client_gone', requestId });
      else if (end !== 'ended') tell({ type: 'body_aborted', requestId, why: end });
    },
  });
}

/** Sends, and repeats once with a new token when the service calls this one invalid. Never a third time. */
async function sendRenewing<Context>(
  sent: UpstreamRequest,
  bearer: Bearer,
  { settings: { timeoutMs }, request, requestId, tell }: Passage<Context>,
): Promise<{ upstream: UpstreamAnswer; again: boolean }> {
  const { signal } = request;
  const first = await send(sent, bearer.token, timeoutMs, signal);
  if (!callsTokenInvalid(first.response)) return { upstream: first, again: false };
  const renewal = await renewed(bearer, timeoutMs, signal);
  if ('why' in renewal) {
    tell({ type: 'not_renewed', requestId, why: renewal.why });
    return { upstream: first, again: false };
  }
  first.abort();
  first.release();
  return { upstream: await send(sent, renewal.token, timeoutMs, signal), again: true };
}

function refused(
  error: unknown,
  { method }: Request,
  requestId: string,
  tell: OnProxyEvent,
  name: string | undefined,
): Response {
  const problem = error instanceof ProxyProblem ? error : internal('bug', error);
  const { status, code, detail, failure, threw } = problem;
  const why = { ...(failure !== undefined && { failure }), ...(threw !== undefined && { threw }) };
  tell({ type: 'refused', requestId, method, status, code, detail, ...why });
  return problemAnswer(problem, requestId, name);
}

/** The browser has disconnected, so nobody reads this answer; 499 is the status that proxies log for it. */
function abandoned(requestId: string, tell: OnProxyEvent): Response {
  tell({ type: 'client_gone', requestId });
  return new Response(null, { status: 499, headers: ALWAYS });
}
