import { JSON_TYPE, type Animal, type Occasion } from './animal';
import { base64url, hex, ordinaryJwk } from './jwks';

/**
 * Firebase Authentication of one project. Shapes from firebase.google.com/docs/auth/admin/verify-id-tokens,
 * .../docs/auth/admin/create-custom-tokens, .../docs/auth/admin/manage-cookies, .../docs/auth/admin/custom-claims,
 * .../docs/emulator-suite/connect_auth and .../docs/reference/admin/node/firebase-admin.auth.decodedidtoken.
 */
const PROJECT = 'notes-demo';

const ofUser = ({ subject, audience, iat, exp }: Occasion) => ({
  name: 'Ada Example',
  aud: audience,
  auth_time: iat,
  user_id: subject,
  sub: subject,
  iat,
  exp,
  email: 'ada@example.com',
  email_verified: true,
  firebase: { identities: { email: ['ada@example.com'] }, sign_in_provider: 'password' },
});

export const firebase: Animal = {
  issuer: `https://securetoken.google.com/${PROJECT}`,
  path: `/${PROJECT}`,
  jwksPath: '/service_accounts/v1/jwk/securetoken@system.gserviceaccount.com',
  audience: PROJECT,
  subject: 'vPpiLRIDyrRhTGyAUbxYcBQ7AEr2',
  lifetimeSeconds: 3600,
  algorithms: ['RS256'],
  newKid: () => hex(20),
  publishesNext: true,
  jwks: (published) => ({ keys: published.map(ordinaryJwk) }),
  discovery: ({ issuer, jwksUri }) => ({
    issuer,
    jwks_uri: jwksUri,
    response_types_supported: ['id_token'],
    subject_types_supported: ['public'],
    id_token_signing_alg_values_supported: ['RS256'],
  }),
  jwksHeaders: { ...JSON_TYPE, 'cache-control': 'public, max-age=21600, must-revalidate, no-transform' },
  sends: 'id',
  tokens: {
    // `role` is a custom claim that the project set for this user.
    id: (occasion) => ({
      header: { typ: 'JWT' },
      claims: { role: 'editor', iss: occasion.issuer, ...ofUser(occasion) },
    }),
    anonymous: ({ issuer, audience, iat, exp }) => ({
      header: { typ: 'JWT' },
      claims: {
        provider_id: 'anonymous',
        iss: issuer,
        aud: audience,
        auth_time: iat,
        user_id: 'rIDyrRhTGyAUbxYcBQ7AEr2vPpiL',
        sub: 'rIDyrRhTGyAUbxYcBQ7AEr2vPpiL',
        iat,
        exp,
        firebase: { identities: {}, sign_in_provider: 'anonymous' },
      },
    }),
    'session-cookie': (occasion) => ({
      header: {},
      claims: { iss: `https://session.firebase.google.com/${PROJECT}`, ...ofUser(occasion) },
    }),
    custom: ({ subject, iat, exp }) => ({
      header: { typ: 'JWT' },
      claims: {
        iss: `firebase-adminsdk-1@${PROJECT}.iam.gserviceaccount.com`,
        sub: `firebase-adminsdk-1@${PROJECT}.iam.gserviceaccount.com`,
        aud: 'https://identitytoolkit.googleapis.com/google.identity.identitytoolkit.v1.IdentityToolkit',
        iat,
        exp,
        uid: subject,
      },
    }),
    // The Local Emulator Suite signs nothing.
    emulator: (occasion) => ({
      header: { alg: 'none', typ: 'JWT', kid: undefined },
      claims: { iss: occasion.issuer, ...ofUser(occasion) },
    }),
    refresh: () => `AMf-vB${base64url(120)}`,
  },
};
