import type { Animal, Occasion } from './animal';
import { base64url, certified, ordinaryJwk, uuid } from './jwks';

/**
 * An Auth0 tenant with an API that has RBAC and "Add Permissions in the Access Token" on. Shapes from
 * auth0.com/docs/secure/tokens/access-tokens/access-token-profiles (both profiles),
 * .../secure/tokens/id-tokens/id-token-structure, .../secure/tokens/json-web-tokens/json-web-key-sets and
 * .../get-started/tenant-settings/signing-keys (the next key is in the set beforehand).
 */
const CLIENT = 'K1AUPhZq8mRi0Q0pjhkfu1D7y6KjDQja';
const JOB = 'awZfdIir8YFdGZWkvCejDoUb7SjTDicx';
const PERMISSIONS = ['read:notes', 'write:notes'];

const access = ({ issuer, audience, subject, iat, exp }: Occasion) => ({
  iss: issuer,
  sub: subject,
  aud: [audience, `${issuer}userinfo`].flat(),
  iat,
  exp,
  scope: 'openid profile email read:notes',
});

export const auth0: Animal = {
  issuer: 'https://tenant.eu.auth0.com/',
  path: '/',
  jwksPath: '/.well-known/jwks.json',
  audience: 'https://api.example/',
  subject: 'auth0|6553da60a54af58e29493993',
  lifetimeSeconds: 86_400,
  algorithms: ['RS256'],
  newKid: () => base64url(16).slice(0, 21),
  publishesNext: true,
  jwks: (published) => ({
    keys: published.map((key) => {
      const { x5c, x5t } = certified(key);
      return { ...ordinaryJwk(key), x5t, x5c };
    }),
  }),
  discovery: ({ issuer, jwksUri }) => ({
    issuer,
    authorization_endpoint: `${issuer}authorize`,
    token_endpoint: `${issuer}oauth/token`,
    userinfo_endpoint: `${issuer}userinfo`,
    jwks_uri: jwksUri,
    scopes_supported: ['openid', 'profile', 'offline_access', 'email'],
    id_token_signing_alg_values_supported: ['HS256', 'RS256', 'PS256'],
  }),
  jwksHeaders: { 'content-type': 'application/json; charset=utf-8', 'cache-control': 'public, max-age=15' },
  sends: 'access',
  tokens: {
    access: (occasion) => ({
      header: { typ: 'JWT' },
      claims: { ...access(occasion), azp: CLIENT, permissions: PERMISSIONS },
    }),
    'access-at+jwt': (occasion) => ({
      header: { typ: 'at+jwt' },
      claims: { ...access(occasion), client_id: CLIENT, jti: base64url(16), permissions: PERMISSIONS },
    }),
    machine: ({ issuer, audience, iat, exp }) => ({
      header: { typ: 'JWT' },
      claims: {
        iss: issuer,
        sub: `${JOB}@clients`,
        aud: audience,
        iat,
        exp,
        scope: 'read:notes',
        gty: 'client-credentials',
        azp: JOB,
        permissions: ['read:notes'],
      },
    }),
    id: ({ issuer, subject, iat, exp }) => ({
      header: { typ: 'JWT' },
      claims: {
        nickname: 'ada',
        name: 'Ada Example',
        email: 'ada@example.com',
        email_verified: true,
        iss: issuer,
        aud: CLIENT,
        sub: subject,
        iat,
        exp,
        sid: base64url(24),
        nonce: base64url(24),
      },
    }),
    logout: ({ issuer, subject, iat }) => ({
      header: { typ: 'logout+jwt' },
      claims: {
        iss: issuer,
        sub: subject,
        aud: CLIENT,
        iat,
        exp: iat + 120,
        jti: uuid(),
        events: { 'http://schemas.openid.net/event/backchannel-logout': {} },
        sid: base64url(24),
      },
    }),
    refresh: () => `v1.${base64url(42)}`,
  },
};
