import type { JwtHeader, JwtPayload } from '../auth';

/** Header `cat`, as in clerk/javascript, packages/backend/src/tokens/jwtCategories.ts. */
const SESSION = 'cl_B7d4PD111AAA';
const TEMPLATE = 'cl_B7d4PD222AAA';
/** Some older instances put it into every token; treated as if there were no category. */
const UNTOLD = 'cl_I7d4PD111III';

const OF_SESSIONS: ReadonlySet<unknown> = new Set([undefined, SESSION, UNTOLD]);
const OF_TEMPLATES: ReadonlySet<unknown> = new Set([...OF_SESSIONS, TEMPLATE]);

/** Claims of the access and ID tokens that an instance issues to OAuth clients, never of its session tokens. */
const OF_CLIENTS = ['client_id', 'nonce', 'at_hash'];

/**
 * The reason why a token of a Clerk instance is not a user's session token, else undefined. An instance signs all its
 * tokens with the same key, and some have a user as `sub`: OAuth access tokens of a third party, tokens of a template.
 */
export function notOfSession(payload: JwtPayload, header: JwtHeader, template: boolean): string | undefined {
  const { typ, cat } = header as Record<string, unknown>;
  if (typ !== undefined && typ !== 'JWT') return "The token's typ is not that of a session token.";
  if (!(template ? OF_TEMPLATES : OF_SESSIONS).has(cat)) return "The token's category (cat) is another.";
  if (payload.sub?.startsWith('user_') !== true) return "The token's subject is not a user.";
  if (OF_CLIENTS.some((claim) => Object.hasOwn(payload, claim)))
    return 'The token was made for an OAuth client.';
  if (!template && (typeof payload['sid'] !== 'string' || payload['sid'] === ''))
    return 'The token belongs to no session (sid).';
  return undefined;
}
