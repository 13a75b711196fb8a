import type { OnProxyEvent } from './events';
import type { HeaderNames } from './further-headers';
import type { AllowedOrigins } from './allowed-origins';
import type { PlainHosts } from '../plain-hosts';
import type { SessionAuth } from './session';

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
  /**
   * Hosts whose pages may send requests that change something, beside the app's own: `['admin.app.example']`, and with
   * wildcards as in Next's `serverActions.allowedOrigins`: `*.app.example` for one label, `**.app.example` for any
   * number of them. Without a scheme; where the app was asked for over https, a page that came over http is refused.
   */
  readonly allowedOrigins?: readonly string[];
  /**
   * Request headers that go to the service as well: `['idempotency-key', 'accept-language']`. Cookies, credentials,
   * `host`, `x-forwarded-*` and what belongs to the connection never do.
   */
  readonly forward?: readonly string[];
  /** Answer headers that the browser gets as well: `['x-total-count']`. Never a cookie. */
  readonly expose?: readonly string[];
  /** What stands behind `url`, in the title of a 502 or 504: "Failed to communicate with ...". Default: analyzer service. */
  readonly name?: string;
  /** Milliseconds to wait for the sign-in, for the service's headers, and between parts of its body. Default 10 000. */
  readonly timeoutMs?: number;
  /** Larger request bodies are 413. Default 1 MiB. */
  readonly maxBodyBytes?: number;
  /**
   * Told of every answer, and of every failure why; must not block. Left out, the proxy's own 5xx are written to
   * `console.error`, each kind once in ten seconds.
   */
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
  /** Origins that a url may have; any other one is a 500 and nothing is sent. `null`, written out, admits any. */
  readonly origin: string | readonly string[] | null | undefined;
}

/** `url` fixed, or made for each request; then `origin` says where tokens may go. */
export type ProxyOptions<Context = RouteContext> = FixedUrlOptions | UrlPerRequestOptions<Context>;

/** Options, checked. */
export interface Settings<Context> {
  readonly url: URL | RouteUrl<Context>;
  readonly origins: readonly string[] | null;
  readonly plain: PlainHosts;
  readonly allowed: AllowedOrigins;
  readonly forward: HeaderNames;
  readonly expose: HeaderNames;
  readonly auth: SessionAuth;
  readonly template: string | undefined;
  readonly name: string;
  readonly timeoutMs: number;
  readonly maxBodyBytes: number;
}
