import type { OnProxyEvent } from './events';
import { refuseUnfaithful } from './faithful-url';
import { misconfigured } from './problems';
import { plainHosts, type PlainHosts } from '../plain-hosts';
import type { SessionAuth } from './session';
import { originsFrom, refuseOtherOrigins, targetFrom } from './target';

/** What Next hands a route handler beside the request: `params` is a promise since Next 15. */
export interface RouteContext {
  readonly params: Promise<Readonly<Record<string, string | string[] | undefined>>>;
}

export type RouteUrl<Context> = (request: Request, context: Context) => string | URL | Promise<string | URL>;

interface CommonOptions {
  /** Clerk's `auth`, or anything of its shape. Must answer, token included, within `timeoutMs`. */
  readonly auth: SessionAuth;
  /**
   * The Clerk token template to ask for; default: the session token itself. A template's token holds no `sid`,
   * so sessions cannot be revoked one by one: signing out leaves it good until it expires. `clerkClaims` accepts it
   * only with `template: true`.
   */
  readonly template?: string;
  /**
   * Hosts beside this machine that a token may be sent to in plain http, each with its port, 80 included:
   * `['analyzer:3000']`. For networks in which nobody else listens, such as that of docker compose.
   */
  readonly allowHttp?: readonly string[];
  /** Milliseconds to wait for the sign-in, for the service's headers, and between parts of its body. Default 10 000. */
  readonly timeoutMs?: number;
  /** Larger request bodies are 413. Default 1 MiB. */
  readonly maxBodyBytes?: number;
  /** Told of every answer; must not block. */
  readonly onEvent?: OnProxyEvent;
}

export interface FixedUrlOptions extends CommonOptions {
  /** Where requests go: https, or http on loopback or a host of `allowHttp`. */
  readonly url: string | URL;
  /** Origins that `url` may have. */
  readonly origin?: string | readonly string[] | null | undefined;
}

export interface UrlPerRequestOptions<Context> extends CommonOptions {
  /**
   * Where this request goes. Build it with `urlTo`, which encodes what the browser sent. Text with a dot segment, or
   * with what the URL parser drops (tabs, line ends, controls, outer spaces) or turns (backslashes), is a 400; a `URL`
   * that was made from such text no longer shows it.
   */
  readonly url: RouteUrl<Context>;
  /** Origins that a url may have; any other one is a 500 and nothing is sent. `null`, spelled, admits any. */
  readonly origin: string | readonly string[] | null | undefined;
}

/** `url` fixed, or made for each request; then `origin` says where tokens may go. */
export type ProxyOptions<Context = RouteContext> = FixedUrlOptions | UrlPerRequestOptions<Context>;

/** Options, checked. */
export interface Settings<Context> {
  readonly url: URL | RouteUrl<Context>;
  readonly origins: readonly string[] | null;
  readonly plain: PlainHosts;
  readonly auth: SessionAuth;
  readonly template: string | undefined;
  readonly timeoutMs: number;
  readonly maxBodyBytes: number;
}

const KNOWN = ['url', 'origin', 'allowHttp', 'auth', 'template', 'timeoutMs', 'maxBodyBytes', 'onEvent'];
const MAX_TIMER_MS = 2 ** 31 - 1;

/**
 * Called at the first request and not at import: a build loads route modules without their environment.
 * Throws `misconfigured`, which names the option.
 */
export function readOptions<Context>(options: ProxyOptions<Context>): Settings<Context> {
  const {
    url,
    origin,
    allowHttp = [],
    auth,
    template,
    timeoutMs = 10_000,
    maxBodyBytes = 1_048_576,
    onEvent,
  } = options;
  const unknown = Object.keys(options).find((name) => !KNOWN.includes(name));
  if (unknown !== undefined)
    throw misconfigured(`There is no option "${unknown}"; there are ${KNOWN.join(', ')}.`);
  demand(typeof auth === 'function', 'auth must be a function, such as auth of @clerk/nextjs/server.');
  demand(template === undefined || isName(template), 'template must be the name of a token template.');
  demand(isWhole(timeoutMs, 1, MAX_TIMER_MS), 'timeoutMs must be a whole number of milliseconds from 1.');
  demand(isWhole(maxBodyBytes, 0, Number.MAX_SAFE_INTEGER), 'maxBodyBytes must be a whole number of bytes.');
  demand(onEvent === undefined || typeof onEvent === 'function', 'onEvent must be a function.');
  const plain = plainHosts(allowHttp);
  if (!plain) {
    throw misconfigured('allowHttp must be a list of hosts with their ports, such as ["analyzer:3000"].');
  }
  return { ...readUrl({ url, origin }, plain), plain, auth, template, timeoutMs, maxBodyBytes };
}

function readUrl<Context>(
  { url, origin }: Pick<ProxyOptions<Context>, 'url' | 'origin'>,
  plain: PlainHosts,
): Pick<Settings<Context>, 'url' | 'origins'> {
  if (typeof url === 'function') return { url, origins: originsFrom(origin, plain) };
  refuseUnfaithful(url);
  const target = targetFrom(url, 'url', plain);
  const origins = origin === undefined ? null : originsFrom(origin, plain);
  refuseOtherOrigins(target, origins);
  return { url: target, origins };
}

function demand(holds: boolean, detail: string): void {
  if (!holds) throw misconfigured(detail);
}

function isName(value: unknown): boolean {
  return typeof value === 'string' && value !== '';
}

function isWhole(value: unknown, least: number, most: number): boolean {
  return Number.isInteger(value) && Number(value) >= least && Number(value) <= most;
}
