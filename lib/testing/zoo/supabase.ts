import { createSecretKey, randomBytes } from 'node:crypto';
import { signToken } from '../sign-token';
import { JSON_TYPE, type Animal, type Occasion } from './animal';
import { bareJwk, base64url, uuid } from './jwks';

/**
 * A Supabase project with signing keys. Shapes from supabase.com/docs/guides/auth/jwt-fields, .../auth/signing-keys (a
 * standby key is in the set beforehand), .../auth/oauth-server/token-security, .../guides/api/api-keys (the anon and
 * service_role keys are signed with the project's old secret) and supabase/auth, internal/api/jwks.go.
 */
const REF = 'abcdefghijklmnopqrst';
const secret = createSecretKey(randomBytes(64));

const ofUser = ({ issuer, audience, iat, exp }: Occasion) => ({
  aal: 'aal1',
  aud: [audience].flat()[0],
  exp,
  iat,
  iss: issuer,
  phone: '',
  role: 'authenticated',
  session_id: uuid(),
  user_metadata: { name: 'Ada Example' },
});

/** Sent by every client of the project, or by its own servers: does not name a user. */
const projectKey = (role: string, { iat }: Occasion): string =>
  signToken(
    { alg: 'HS256', typ: 'JWT' },
    { iss: 'supabase', ref: REF, role, iat, exp: iat + 315_360_000 },
    secret,
  );

export const supabase: Animal = {
  issuer: `https://${REF}.supabase.co/auth/v1`,
  path: '/auth/v1',
  jwksPath: '/auth/v1/.well-known/jwks.json',
  audience: 'authenticated',
  subject: '123e4567-e89b-12d3-a456-426614174000',
  lifetimeSeconds: 3600,
  algorithms: ['ES256'],
  newKid: () => uuid(),
  publishesNext: true,
  jwks: (published) => ({
    keys: published.map((key) => {
      const about = { alg: key.algorithm, kid: key.kid, use: 'sig', ext: true, key_ops: ['verify'] };
      return { ...about, ...bareJwk(key) };
    }),
  }),
  discovery: ({ issuer, jwksUri }) => ({
    issuer,
    authorization_endpoint: `${issuer}/oauth/authorize`,
    token_endpoint: `${issuer}/oauth/token`,
    jwks_uri: jwksUri,
    id_token_signing_alg_values_supported: ['RS256', 'HS256', 'ES256'],
  }),
  jwksHeaders: { ...JSON_TYPE, 'cache-control': 'public, max-age=600' },
  sends: 'access',
  tokens: {
    access: (occasion) => ({
      header: { typ: 'JWT' },
      claims: {
        ...ofUser(occasion),
        sub: occasion.subject,
        amr: [{ method: 'password', timestamp: occasion.iat }],
        app_metadata: { provider: 'email', providers: ['email'] },
        email: 'ada@example.com',
        is_anonymous: false,
      },
    }),
    anonymous: (occasion) => ({
      header: { typ: 'JWT' },
      claims: {
        ...ofUser(occasion),
        sub: '9d0f6c1e-77aa-4a0c-8a53-3a1e2f5b7c90',
        amr: [{ method: 'anonymous', timestamp: occasion.iat }],
        app_metadata: {},
        email: '',
        is_anonymous: true,
      },
    }),
    // Of the project's OAuth 2.1 server.
    oauth: (occasion) => ({
      header: { typ: 'JWT' },
      claims: {
        ...ofUser(occasion),
        sub: occasion.subject,
        user_id: occasion.subject,
        amr: [{ method: 'password', timestamp: occasion.iat }],
        email: 'ada@example.com',
        client_id: uuid(),
      },
    }),
    'anon-key': (occasion) => projectKey('anon', occasion),
    machine: (occasion) => projectKey('service_role', occasion),
    refresh: () => base64url(9),
  },
};
