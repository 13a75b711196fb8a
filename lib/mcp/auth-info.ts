import type { IncomingMessage } from 'node:http';
import type { Request } from 'express';
import type { Auth } from '../auth';
import { authOf, enrichAuth } from '../passage/proof';
import { provenanceOf, vouch } from '../provenance';

/** The caller as the MCP SDK hands it to tools (`extra.authInfo`): what its type `AuthInfo` takes. */
export interface AuthInfo {
  /**
   * Always empty: a server must not pass a client's token on to others (MCP, "Token Passthrough"), and whatever logs the
   * extras of a call must not log one.
   */
  token: string;
  /** `client_id` of the token, else `azp`, `cid` or `appid`; of an API key its id; empty where none is told. */
  clientId: string;
  scopes: string[];
  /** Seconds since the epoch; absent for what does not expire. */
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
 * The proven caller of a request behind `sallyport()`, as the MCP SDK has it.
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
 * The same request for the transport of the MCP SDK, which reads `request.auth`: the members of `AuthInfo` are there from now
 * on beside ours, so that guards and `authOf` go on working.
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
