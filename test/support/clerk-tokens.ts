import type { TestIssuer } from 'sallyport/testing';

/** A token of a Clerk instance, and why it is not a user's session token; undefined for one that is. */
export interface ClerkTokenCase {
  readonly name: string;
  readonly token: (issuer: Pick<TestIssuer, 'token'>) => string;
  readonly refused?: RegExp;
  /** Whether `clerkClaims({ template: true })` lets it in. Default: as without. */
  readonly template?: boolean;
}

/** The claims of a session token that differ from what a test issuer says. */
export const SESSION = { aud: undefined, sub: 'user_mallory', sid: 'sess_1', azp: 'https://app.example' };
const SESSION_HEADER = { typ: 'JWT', cat: 'cl_B7d4PD111AAA' };

const row = (
  name: string,
  claims: Record<string, unknown>,
  header: Record<string, unknown>,
  rest: Pick<ClerkTokenCase, 'refused' | 'template'> = {},
): ClerkTokenCase => ({
  name,
  token: (issuer) => issuer.token({ ...SESSION, ...claims }, { ...SESSION_HEADER, ...header }),
  ...rest,
});

export const clerkTokens: readonly ClerkTokenCase[] = [
  row('a session token', {}, {}),
  row('a session token from before categories', {}, { cat: undefined }),
  row('a session token of an instance that tells no categories', {}, { cat: 'cl_I7d4PD111III' }),
  row('a session token without typ', {}, { typ: undefined }),
  row('a session token of another version and organization', { v: 2, o: { id: 'org_1', rol: 'admin' } }, {}),

  row(
    'an OAuth access token that a user gave a third party',
    { sid: undefined, azp: undefined, client_id: 'third-party', scope: 'profile', jti: 'oat_1' },
    { typ: 'at+jwt', cat: undefined },
    { refused: /at\+jwt/ },
  ),
  row(
    'an OAuth access token by its full media type',
    {},
    { typ: 'application/at+jwt' },
    { refused: /at\+jwt/ },
  ),
  row('an OAuth access token in capitals', {}, { typ: 'AT+JWT' }, { refused: /at\+jwt/ }),
  row(
    'an OAuth access token for an audience',
    { client_id: 'third-party', aud: 'https://other.example' },
    { typ: 'at+jwt' },
    { refused: /at\+jwt/ },
  ),
  row('a client of OAuth behind typ JWT', { client_id: 'third-party' }, {}, { refused: /OAuth client/ }),
  row('an ID token', { aud: 'third-party', nonce: 'n', at_hash: 'h' }, {}, { refused: /OAuth client/ }),

  row(
    'a machine token',
    { sub: 'mch_1', sid: undefined, azp: undefined, jti: 'mt_1', scopes: 'mch_2' },
    { cat: 'cl_B7d4PD333AAA' },
    { refused: /category/ },
  ),
  row(
    'a machine token without a category',
    { sub: 'mch_1', jti: 'mt_1' },
    { cat: undefined },
    { refused: /user/ },
  ),
  row('a machine by another prefix', { sub: 'machine_1' }, {}, { refused: /user/ }),
  row('a machine token as a subject', { sub: 'mt_1' }, {}, { refused: /user/ }),
  row('an OAuth client as a subject', { sub: 'client_1' }, {}, { refused: /user/ }),
  row('a subject that only contains a user', { sub: 'mch_user_1' }, {}, { refused: /user/ }),
  row('a subject in capitals', { sub: 'USER_1' }, {}, { refused: /user/ }),
  row('the category of machine tokens on a user', {}, { cat: 'cl_B7d4PD333AAA' }, { refused: /category/ }),
  row('a category that nobody knows yet', {}, { cat: 'cl_B7d4PD444AAA' }, { refused: /category/ }),
  row('a category that is null', {}, { cat: null }, { refused: /category/ }),
  row('a category in a list', {}, { cat: ['cl_B7d4PD111AAA'] }, { refused: /category/ }),
  row('a typ in other case', {}, { typ: 'jwt' }, { refused: /typ/ }),

  row('a token without a session', { sid: undefined }, {}, { refused: /sid/, template: true }),
  row(
    'a token of a template',
    { sid: undefined, azp: undefined },
    { cat: 'cl_B7d4PD222AAA' },
    { refused: /category/, template: true },
  ),
];
