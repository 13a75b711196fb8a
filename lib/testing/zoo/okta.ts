import { JSON_TYPE, type Animal, type Occasion } from './animal';
import { base64url, ordinaryJwk } from './jwks';

/**
 * A custom authorization server of an Okta org, the one named default. Shapes from
 * developer.okta.com/docs/api/openapi/okta-oauth/guides/overview (access and ID tokens),
 * .../docs/concepts/auth-servers, .../docs/concepts/key-rotation and .../docs/guides/validate-access-tokens: the org's
 * own server issues access tokens of typ application/okta-internal-at+jwt that only Okta may validate.
 */
const WEB = '0oabskvc6442nkvQO0h7';
const JOB = '0oajobkvc6442nkvQO0h7';
const USER = '00ujmkLgagxeRrAg20g4';

const common = ({ issuer, iat, exp }: Occasion) => ({ ver: 1, iss: issuer, iat, exp });

export const okta: Animal = {
  issuer: 'https://dev-12345678.okta.com/oauth2/default',
  path: '/oauth2/default',
  jwksPath: '/oauth2/default/v1/keys',
  audience: 'api://default',
  subject: 'ada@example.com',
  lifetimeSeconds: 3600,
  algorithms: ['RS256'],
  newKid: () => base64url(32),
  publishesNext: true,
  jwks: (published) => ({ keys: published.map(ordinaryJwk) }),
  discovery: ({ issuer, jwksUri }) => ({
    issuer,
    authorization_endpoint: `${issuer}/v1/authorize`,
    token_endpoint: `${issuer}/v1/token`,
    jwks_uri: jwksUri,
    id_token_signing_alg_values_supported: ['RS256'],
    subject_types_supported: ['public'],
  }),
  jwksHeaders: { ...JSON_TYPE, 'cache-control': 'max-age=3832304, must-revalidate' },
  sends: 'access',
  tokens: {
    access: (occasion) => ({
      header: {},
      claims: {
        ...common(occasion),
        jti: `AT.${base64url(32)}`,
        aud: occasion.audience,
        cid: WEB,
        uid: USER,
        scp: ['openid', 'profile', 'notes.read'],
        auth_time: occasion.iat,
        sub: occasion.subject,
        groups: ['Everyone', 'Editors'],
      },
    }),
    machine: (occasion) => ({
      header: {},
      claims: {
        ...common(occasion),
        jti: `AT.${base64url(32)}`,
        aud: occasion.audience,
        cid: JOB,
        scp: ['notes.read'],
        sub: JOB,
      },
    }),
    'org-access': (occasion) => {
      const org = occasion.issuer.replace(/\/oauth2\/default$/, '');
      return {
        header: { typ: 'application/okta-internal-at+jwt' },
        claims: {
          ...common(occasion),
          iss: org,
          aud: org,
          jti: `AT.${base64url(32)}`,
          sub: occasion.subject,
          cid: WEB,
          uid: USER,
          scp: ['openid', 'profile'],
        },
      };
    },
    id: (occasion) => ({
      header: {},
      claims: {
        sub: USER,
        name: 'Ada Example',
        email: 'ada@example.com',
        ...common(occasion),
        aud: WEB,
        jti: `ID.${base64url(32)}`,
        amr: ['mfa', 'pwd'],
        idp: '00o3qqiw0vSCIwu8I0h7',
        nonce: base64url(16),
        preferred_username: 'ada@example.com',
        auth_time: occasion.iat,
        at_hash: base64url(16),
      },
    }),
    refresh: () => base64url(32),
  },
};
