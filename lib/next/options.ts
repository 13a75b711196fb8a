import type { OnProxyEvent } from './events';
import type { HeaderNames } from './further-headers';
import type { AllowedOrigins } from './allowed-origins';
import type { PlainHosts } from '../plain-hosts';
import type { SessionAuth } from './session';

/** The second argument of a Next route handler: `params` is a promise since Next 15. */
export interface RouteContext {
  readonly params: Promise<Readonly<Record<string, string | string[] | undefined>>>;
}

export type RouteUrl<Context> = (request: Request, context: Context) => string | URL | Promise<string | URL>;

interface CommonOptions {
  /** Clerk's `auth`, or any function of that type. It and `getToken` have `timeoutMs` together, else 500 `internal`. */
  readonly auth: SessionAuth;
  /**
   * The Clerk token template to ask for. Default: the session token itself. A template's token has no `sid`, so
   * sessions cannot be revoked one by one: the token stays valid after sign-out until it expires. `clerkClaims` accepts
   * it only with `template: true`.
   */
  readonly template?: string;
  /**
   * Hosts beside this machine that a token may be sent to over plain http, each with its port, 80 included:
   * `['analyzer:3000']`. For networks that only your own services can use, such as that of docker compose.
   */
  readonly allowHttp?: readonly string[];
  /**
   * Hosts, beside the app's own, whose pages may send requests other than GET, HEAD and OPTIONS: `['admin.app.example']`,
   * and with wildcards as in Next's `serverActions.allowedOrigins`: `*.app.example` for one label, `**.app.example` for
   * any number of them. Without a scheme; where the app was requested over https, a page that came over http is refused.
   */
  readonly allowedOrigins?: readonly string[];
  /**
   * Request headers that go to the service as well: `['idempotency-key', 'accept-language']`. Cookies, credentials,
   * `host`, `x-forwarded-*` and hop-by-hop headers cannot be named.
   */
  readonly forward?: readonly string[];
  /** Response headers that the browser gets as well: `['x-total-count']`. `set-cookie` is not allowed. */
  readonly expose?: readonly string[];
  /** Name of the service in the title of a 502 or 504: "Failed to communicate with ...". Default: analyzer service. */
  readonly name?: string;
  /**
   * Milliseconds to wait for `auth` with its token, for the service's headers, and for each chunk of its body.
   * Default 10 000.
   */
  readonly timeoutMs?: number;
  /** Bytes of a request body at most; a larger one is a 413. Default 1 MiB. */
  readonly maxBodyBytes?: number;
  /**
   * Called for every answer, and for every failure with its reason; must not block. Without it, the proxy's own 5xx are
   * written to `console.error`, each kind at most once in ten seconds.
   */
  readonly onEvent?: OnProxyEvent;
}

export interface FixedUrlOptions extends CommonOptions {
  /** Absolute URL that requests are sent to: https, or http on loopback or a host of `allowHttp`. */
  readonly url: string | URL;
  /** Origins that `url` may have; any other is a 500 and nothing is sent. May be left out where `url` is fixed. */
  readonly origin?: string | readonly string[] | null | undefined;
}

export interface UrlPerRequestOptions<Context> extends CommonOptions {
  /**
   * Gives the URL that this request is sent to. Build it with `urlTo`, which encodes what the browser sent. A string with
   * a dot segment, or with characters that the URL parser drops (tabs, line breaks, other controls, outer spaces) or
   * converts (backslashes), is a 400; a `URL` cannot be checked for them, since its parser has removed them already.
   */
  readonly url: RouteUrl<Context>;
  /** Origins that a url may have; any other is a 500 and nothing is sent. `null`, written out, allows any. */
  readonly origin: string | readonly string[] | null | undefined;
}

/** `url` is fixed, or computed for each request; then `origin` is required, and limits where tokens are sent. */
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
