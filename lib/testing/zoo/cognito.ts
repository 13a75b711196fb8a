import { JSON_TYPE, type Animal, type Occasion } from './animal';
import { base64url, hex, ordinaryJwk, uuid } from './jwks';

/**
 * An Amazon Cognito user pool. Shapes from docs.aws.amazon.com/cognito/latest/developerguide/
 * amazon-cognito-user-pools-using-the-access-token.html, ...-using-the-id-token.html, ...-using-the-refresh-token.html
 * and ...-using-tokens-verifying-a-jwt.html: two keys, one per kind of token; no `typ`, and no `aud` in access tokens.
 */
const POOL = 'eu-central-1_Ex4mpleP1';
const JOB = '7jobjobjobjobjobjobjobjob7';

const common = ({ issuer, iat, exp }: Occasion) => ({
  iss: issuer,
  version: 2,
  auth_time: iat,
  iat,
  exp,
  jti: uuid(),
});

/** Access tokens are signed with the second of the two keys. */
const second = ({ keys }: Occasion) => ({ kid: (keys[1] ?? keys[0]).kid });

export const cognito: Animal = {
  issuer: `https://cognito-idp.eu-central-1.amazonaws.com/${POOL}`,
  path: `/${POOL}`,
  jwksPath: `/${POOL}/.well-known/jwks.json`,
  // The app client's ID.
  audience: '1example23456789abcdefghij',
  subject: '94f8c2a1-5001-70c0-93b8-0d7ae4cf0d2b',
  lifetimeSeconds: 3600,
  algorithms: ['RS256', 'RS256'],
  newKid: () => Buffer.from(hex(32), 'hex').toString('base64'),
  publishesNext: false,
  jwks: (published) => ({ keys: published.map(ordinaryJwk) }),
  discovery: ({ issuer, jwksUri }) => ({
    authorization_endpoint: 'https://notes.auth.eu-central-1.amazoncognito.com/oauth2/authorize',
    id_token_signing_alg_values_supported: ['RS256'],
    issuer,
    jwks_uri: jwksUri,
    response_types_supported: ['code', 'token'],
    scopes_supported: ['openid', 'email', 'phone', 'profile'],
    subject_types_supported: ['public'],
  }),
  jwksHeaders: { ...JSON_TYPE, 'cache-control': 'public, max-age=86400' },
  sends: 'access',
  tokens: {
    access: (occasion) => ({
      header: second(occasion),
      claims: {
        sub: occasion.subject,
        'cognito:groups': ['editors'],
        ...common(occasion),
        client_id: [occasion.audience].flat()[0],
        origin_jti: uuid(),
        event_id: uuid(),
        token_use: 'access',
        scope: 'openid profile email notes/read',
        username: 'ada',
      },
    }),
    machine: (occasion) => ({
      header: second(occasion),
      claims: { sub: JOB, token_use: 'access', scope: 'notes/read', ...common(occasion), client_id: JOB },
    }),
    id: ({ audience, subject, ...rest }) => ({
      header: {},
      claims: {
        at_hash: base64url(16),
        sub: subject,
        'cognito:groups': ['editors'],
        'cognito:username': 'ada',
        email: 'ada@example.com',
        email_verified: true,
        ...common({ audience, subject, ...rest }),
        aud: [audience].flat()[0],
        origin_jti: uuid(),
        event_id: uuid(),
        token_use: 'id',
      },
    }),
    // Encrypted for the pool itself (RFC 7516): five parts.
    refresh: () => {
      const header = { cty: 'JWT', enc: 'A256GCM', alg: 'RSA-OAEP' };
      const encoded = Buffer.from(JSON.stringify(header)).toString('base64url');
      return [encoded, base64url(256), base64url(12), base64url(600), base64url(16)].join('.');
    },
  },
};
