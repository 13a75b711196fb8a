import type { IncomingMessage } from 'node:http';
import type { Request } from 'express';
import type { Auth } from '../auth';
import { authOf, enrichAuth } from '../passage/proof';
import { provenanceOf, vouch } from '../provenance';

/** The caller as tools of the MCP SDK get it (`extra.authInfo`), in the form of the SDK's type `AuthInfo`. */
export interface AuthInfo {
  /**
   * Always empty: a server must not pass a client's token on to other services (MCP, "Token Passthrough"), and logs of
   * `extra` must not contain one.
   */
  token: string;
  /** `client_id` of the token, else `azp`, `cid` or `appid`; the id of an API key; else an empty string. */
  clientId: string;
  scopes: string[];
  /** Seconds since the epoch; absent for a credential that does not expire. */
  expiresAt?: number;
  /** The audience of the token, where it is one URL. */
  resource?: URL;
  extra: {
    readonly issuer: string;
    readonly subject: string;
    readonly roles: readonly string[];
    /** The payload of the token. */
    readonly claims: Auth['payload'];
  };
}

/**
 * The authenticated caller of a request behind `sallyport()`, in the form of the MCP SDK.
 *
 * @example
 * const { clientId, scopes } = authInfoOf(request);
 *
 * @throws {MissingCredentialsError} 401 for a guest of `port.optional`.
 * @throws {InternalError} 500 when no chain is mounted before, or when something else set `request.auth`.
 */
export function authInfoOf(request: Request): AuthInfo {
  return authInfo(authOf(request));
}

/** A request as the transports of the MCP SDK take it: `auth` is what the tools get as `extra.authInfo`. */
export type McpRequest = IncomingMessage & { auth: AuthInfo };

/**
 * The same request for the transport of the MCP SDK, which reads `request.auth`: adds the members of `AuthInfo` to it,
 * so that guards and `authOf` still work.
 *
 * @example
 * const forTransport = mcpRequest(request); // transport.handleRequest(forTransport, response, request.body)
 *
 * @throws {MissingCredentialsError} 401 for a guest of `port.optional`.
 * @throws {InternalError} 500 when no chain is mounted before, or when something else set `request.auth`.
 */
export function mcpRequest(request: Request): McpRequest {
  const auth = authOf(request);
  const info = authInfo(auth);
  const both: Auth = Object.assign({ ...auth }, info, { scopes: Object.freeze(info.scopes) });
  enrichAuth(request, vouch(both, provenanceOf(auth) ?? { stillHolds: () => true }));
  return request as IncomingMessage as McpRequest;
}

export function authInfo(auth: Auth): AuthInfo {
  const { issuer, subject, roles, scopes, expiresAt, payload } = auth;
  const resource = urlOf(payload.aud);
  return {
    token: '',
    clientId: clientOf(payload) ?? provenanceOf(auth)?.keyId ?? '',
    scopes: [...scopes],
    ...(expiresAt !== undefined && { expiresAt }),
    ...(resource && { resource }),
    extra: { issuer, subject, roles, claims: payload },
  };
}

/** RFC 9068 section 2.2, OpenID Connect, Okta, Entra. */
function clientOf(payload: Auth['payload']): string | undefined {
  const named = ['client_id', 'azp', 'cid', 'appid'].map((name) => payload[name]);
  return named.find((value): value is string => typeof value === 'string' && value !== '');
}

function urlOf(aud: unknown): URL | undefined {
  const [only, ...others] = Array.isArray(aud) ? (aud as readonly unknown[]) : [aud];
  if (others.length > 0 || typeof only !== 'string' || !URL.canParse(only)) return undefined;
  return new URL(only);
}
