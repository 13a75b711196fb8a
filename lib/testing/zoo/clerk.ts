import { JSON_TYPE, type Animal, type Occasion } from './animal';
import { base64url, hex, ordinaryJwk } from './jwks';

/**
 * A Clerk instance with organizations. Shapes from clerk.com/docs/guides/sessions/session-tokens (version 2),
 * .../guides/sessions/jwt-templates, .../guides/development/machine-auth/m2m-tokens, .../guides/configure/auth-strategies/oauth
 * and clerk/javascript, packages/backend/src/tokens/jwtCategories.ts (header `cat`) and
 * packages/shared/src/jwtPayloadParser.ts (`fea`, `o.per`, `o.fpm`).
 */
const ORIGIN = 'https://app.example';
const id = (prefix: string): string => `${prefix}_${base64url(21).replace(/[-_]/g, 'x').slice(0, 27)}`;
const times = ({ iat, exp }: Occasion) => ({ iat, nbf: iat - 10, exp });

export const clerk: Animal = {
  issuer: 'https://clever-otter-12.clerk.accounts.dev',
  path: '',
  jwksPath: '/.well-known/jwks.json',
  // The azp of session tokens, which have no aud.
  audience: ORIGIN,
  subject: 'user_2abcDEFghiJKLmnoPQRstuVWXyz',
  lifetimeSeconds: 60,
  algorithms: ['RS256'],
  newKid: () => id('ins'),
  publishesNext: false,
  jwks: (published) => ({ keys: published.map(ordinaryJwk) }),
  discovery: ({ issuer, jwksUri }) => ({
    issuer,
    authorization_endpoint: `${issuer}/oauth/authorize`,
    token_endpoint: `${issuer}/oauth/token`,
    jwks_uri: jwksUri,
    id_token_signing_alg_values_supported: ['RS256'],
  }),
  jwksHeaders: JSON_TYPE,
  sends: 'session',
  tokens: {
    session: (occasion) => ({
      header: { typ: 'JWT', cat: 'cl_B7d4PD111AAA' },
      claims: {
        azp: [occasion.audience].flat()[0],
        ...times(occasion),
        fea: 'o:notes,u:beta',
        fva: [7, -1],
        iss: occasion.issuer,
        jti: hex(10),
        o: { id: id('org'), slg: 'analysts', rol: 'editor', per: 'read,write,delete', fpm: '3' },
        sid: id('sess'),
        sts: 'active',
        sub: occasion.subject,
        v: 2,
      },
    }),
    template: (occasion) => ({
      header: { typ: 'JWT', cat: 'cl_B7d4PD222AAA' },
      claims: { ...times(occasion), iss: occasion.issuer, jti: hex(10), sub: occasion.subject, plan: 'pro' },
    }),
    machine: (occasion) => ({
      header: { typ: 'JWT', cat: 'cl_B7d4PD333AAA' },
      claims: {
        iss: occasion.issuer,
        sub: id('mch'),
        aud: [id('mch')],
        jti: id('mt'),
        scopes: id('mch'),
        ...times(occasion),
      },
    }),
    oauth: (occasion) => ({
      header: { typ: 'at+jwt' },
      claims: {
        iss: occasion.issuer,
        sub: occasion.subject,
        client_id: base64url(12),
        jti: id('oat'),
        scope: 'openid profile email',
        ...times(occasion),
      },
    }),
    id: (occasion) => ({
      header: { typ: 'JWT' },
      claims: {
        iss: occasion.issuer,
        sub: occasion.subject,
        aud: base64url(12),
        at_hash: base64url(16),
        nonce: base64url(16),
        name: 'Ada Example',
        ...times(occasion),
      },
    }),
    refresh: () => base64url(24),
  },
};
