import type { RequestHandler } from 'express';
import type { Auth, Verifier } from '../auth';
import { InvalidTokenError } from '../errors';
import { refuseUnknown } from '../options';
import { failureOf } from '../passage/failure';
import { checkUnbound } from '../passage/possession';
import { provenanceOf } from '../provenance';
import { authInfo, type AuthInfo } from './auth-info';

/** A verifier in the form of the MCP SDK's `OAuthTokenVerifier`. */
export interface McpTokenVerifier {
  readonly verifyAccessToken: (token: string) => Promise<AuthInfo>;
}

export interface BearerAuthOptions {
  /** Verifies the tokens, such as `revocable(cached(jwtVerifier({ issuer, audience })), revocations)`. */
  readonly verifier: Verifier;
  /** The MCP server as its clients know it: `aud` of a token must be or contain this URL (RFC 8707). */
  readonly resource: string;
}

/**
 * `requireBearerAuth` of the MCP SDK with a verifier of this package. By itself that middleware answers 500 to every
 * error but its own, an outage included; here the errors of the verifier go to the error handler: 401 with a challenge,
 * 503 with `Retry-After`. `requireWith` gets the verifier and returns the middleware, at mount and for each request.
 *
 * Use `sallyport()` for a new server: it has rate limits, users and guards as well. See `authInfoOf`.
 *
 * @example
 * const verifier = cached(jwtVerifier({ issuer, audience: 'https://mcp.example/mcp' }));
 * const requireBearerAuth = (_options: object): RequestHandler => listNotes; // from '@modelcontextprotocol/sdk'
 * app.use('/mcp', bearerAuth({ verifier, resource: 'https://mcp.example/mcp' }, (mine) => requireBearerAuth({ verifier: mine })));
 * app.use(problemDetails());
 *
 * @throws {TypeError} at mount, for an option that is unknown, missing or malformed.
 */
export function bearerAuth(
  options: BearerAuthOptions,
  requireWith: (verifier: McpTokenVerifier) => RequestHandler,
): RequestHandler {
  refuseUnknown('bearerAuth', options, ['verifier', 'resource']);
  const { verifier, resource } = options;
  if (typeof verifier !== 'function') throw new TypeError('bearerAuth: "verifier" must be a verifier');
  if (typeof resource !== 'string' || !URL.canParse(resource))
    throw new TypeError('bearerAuth: "resource" must be the URL of this MCP server');
  const trial: unknown = requireWith({ verifyAccessToken: never });
  if (typeof trial !== 'function')
    throw new TypeError(
      'bearerAuth: the function must give a middleware, such as requireBearerAuth({ verifier })',
    );

  return function requireBearer(request, response, next) {
    const verifyAccessToken = async (token: string): Promise<AuthInfo> => {
      try {
        const auth = await verifier(token);
        checkUnbound(auth);
        if (provenanceOf(auth)?.addresses)
          throw new InvalidTokenError('address', 'A key of certain addresses needs authenticate().');
        checkAudience(auth, resource);
        return { ...authInfo(auth), resource: new URL(resource) };
      } catch (error) {
        next(failureOf(error));
        // Left pending, since the SDK's middleware would send an answer too. It can be garbage-collected.
        return never();
      }
    };
    return requireWith({ verifyAccessToken })(request, response, next);
  };
}

/** A new promise each time: a shared one would keep everything that awaits it in memory. */
const never = (): Promise<never> => new Promise(() => undefined);

function checkAudience({ issuer, subject, payload: { aud } }: Auth, resource: string): void {
  if (Array.isArray(aud) ? aud.includes(resource) : aud === resource) return;
  throw new InvalidTokenError('audience', 'The token is not meant for this resource.', {
    proven: { issuer, subject },
  });
}
