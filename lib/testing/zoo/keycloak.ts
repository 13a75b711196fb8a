import { createSecretKey, randomBytes } from 'node:crypto';
import { signToken } from '../sign-token';
import type { Animal, Occasion } from './animal';
import { bareJwk, base64url, certified, uuid } from './jwks';
import { encryptionKey } from './encryption-key';

/**
 * A Keycloak realm (26) with an audience mapper for the API's client. Shapes from
 * www.keycloak.org/docs/latest/server_admin (audience support, role mappings, service accounts, realm keys) and the source:
 * keycloak/keycloak, core/src/main/java/org/keycloak/util/TokenUtil.java (the `typ` claim) and
 * services/src/main/java/org/keycloak/protocol/oidc/OIDCLoginProtocolService.java (`certs`: signing and encryption keys).
 */
const WEB = 'notes-web';
const JOB = 'notes-job';

const access = ({ issuer, audience, iat, exp }: Occasion) => ({
  exp,
  iat,
  jti: `onrtac:${uuid()}`,
  iss: issuer,
  aud: [audience, 'account'].flat(),
  typ: 'Bearer',
});
const roles = ({ audience }: Occasion) => ({
  realm_access: { roles: ['offline_access', 'default-roles-demo', 'uma_authorization', 'editor'] },
  resource_access: {
    [[audience].flat()[0] ?? '']: { roles: ['notes-writer'] },
    account: { roles: ['manage-account', 'view-profile'] },
  },
});
const ofUser = {
  email_verified: true,
  name: 'Ada Example',
  preferred_username: 'ada',
  email: 'ada@example.com',
};
/** Refresh tokens are for the realm only, which signs them with a secret. */
const secret = createSecretKey(randomBytes(64));

export const keycloak: Animal = {
  issuer: 'https://keycloak.example/realms/demo',
  path: '/realms/demo',
  jwksPath: '/realms/demo/protocol/openid-connect/certs',
  audience: 'notes-api',
  subject: '36fa0f91-f94d-4a0c-afed-6b7d952e47da',
  lifetimeSeconds: 300,
  algorithms: ['RS256'],
  newKid: () => base64url(32),
  publishesNext: false,
  jwks: (published) => {
    const signing = published.map((key) => {
      const { x5c, x5t, x5tS256 } = certified(key);
      const about = { kid: key.kid, kty: 'RSA', alg: 'RS256', use: 'sig', x5c, x5t, 'x5t#S256': x5tS256 };
      return { ...about, ...bareJwk(key) };
    });
    return { keys: [encryptionKey('RSA-OAEP'), ...signing] };
  },
  discovery: ({ issuer, jwksUri }) => ({
    issuer,
    authorization_endpoint: `${issuer}/protocol/openid-connect/auth`,
    token_endpoint: `${issuer}/protocol/openid-connect/token`,
    introspection_endpoint: `${issuer}/protocol/openid-connect/token/introspect`,
    jwks_uri: jwksUri,
    id_token_signing_alg_values_supported: ['PS384', 'RS384', 'EdDSA', 'ES384', 'HS256', 'HS512', 'RS256'],
    backchannel_logout_supported: true,
  }),
  jwksHeaders: { 'content-type': 'application/json;charset=UTF-8', 'cache-control': 'no-cache' },
  sends: 'access',
  tokens: {
    access: (occasion) => ({
      header: { typ: 'JWT' },
      claims: {
        ...access(occasion),
        auth_time: occasion.iat,
        sub: occasion.subject,
        azp: WEB,
        sid: uuid(),
        acr: '1',
        'allowed-origins': ['https://app.example'],
        ...roles(occasion),
        scope: 'openid email profile notes:read',
        ...ofUser,
      },
    }),
    machine: (occasion) => ({
      header: { typ: 'JWT' },
      claims: {
        ...access(occasion),
        sub: '5c9d1a0e-42aa-4f0b-9a06-1d5a3b7c2f10',
        azp: JOB,
        acr: '1',
        realm_access: { roles: ['offline_access', 'default-roles-demo'] },
        scope: 'email profile',
        clientHost: '10.0.0.7',
        clientAddress: '10.0.0.7',
        client_id: JOB,
        preferred_username: `service-account-${JOB}`,
      },
    }),
    id: ({ issuer, subject, iat, exp }) => ({
      header: { typ: 'JWT' },
      claims: {
        exp,
        iat,
        auth_time: iat,
        jti: uuid(),
        iss: issuer,
        aud: WEB,
        sub: subject,
        typ: 'ID',
        azp: WEB,
        sid: uuid(),
        at_hash: base64url(16),
        acr: '1',
        ...ofUser,
      },
    }),
    logout: ({ issuer, subject, iat }) => ({
      header: { typ: 'logout+jwt' },
      claims: {
        iat,
        exp: iat + 120,
        jti: uuid(),
        iss: issuer,
        aud: WEB,
        sub: subject,
        typ: 'Logout',
        sid: uuid(),
        events: { 'http://schemas.openid.net/event/backchannel-logout': {} },
      },
    }),
    refresh: ({ issuer, subject, iat }) =>
      signToken(
        { alg: 'HS512', typ: 'JWT', kid: '6f6a5f7c-3c0e-4b5b-8f83-5bcb1b1f2a52' },
        {
          exp: iat + 1800,
          iat,
          jti: uuid(),
          iss: issuer,
          aud: issuer,
          sub: subject,
          typ: 'Refresh',
          azp: WEB,
        },
        secret,
      ),
  },
};
