import type { Animal } from './animal';
import { base64url, hex, ordinaryJwk } from './jwks';

/**
 * Google's accounts. Shapes from developers.google.com/identity/openid-connect/openid-connect (ID token payload, both
 * spellings of `iss`), .../identity/gsi/web/guides/verify-google-id-token and
 * cloud.google.com/docs/authentication/token-types (service accounts; access tokens are opaque).
 */
const WEB = '1234987819200.apps.googleusercontent.com';

export const google: Animal = {
  issuer: 'https://accounts.google.com',
  path: '',
  jwksPath: '/oauth2/v3/certs',
  audience: WEB,
  subject: '110169484474386276334',
  lifetimeSeconds: 3600,
  algorithms: ['RS256'],
  newKid: () => hex(20),
  publishesNext: true,
  jwks: (published) => ({ keys: published.map(ordinaryJwk) }),
  discovery: ({ issuer, jwksUri }) => ({
    issuer,
    authorization_endpoint: `${issuer}/o/oauth2/v2/auth`,
    token_endpoint: 'https://oauth2.googleapis.com/token',
    jwks_uri: jwksUri,
    id_token_signing_alg_values_supported: ['RS256'],
    subject_types_supported: ['public'],
  }),
  jwksHeaders: {
    'content-type': 'application/json; charset=UTF-8',
    'cache-control': 'public, max-age=22000, must-revalidate, no-transform',
  },
  sends: 'id',
  tokens: {
    id: ({ issuer, audience, subject, iat, exp }) => ({
      header: { typ: 'JWT' },
      claims: {
        iss: issuer,
        azp: [audience].flat()[0],
        aud: [audience].flat()[0],
        sub: subject,
        hd: 'example.com',
        email: 'ada@example.com',
        email_verified: true,
        nbf: iat,
        name: 'Ada Example',
        given_name: 'Ada',
        family_name: 'Example',
        iat,
        exp,
        jti: hex(20),
      },
    }),
    // A service account's ID token, for the audience that it asked for.
    machine: ({ issuer, audience, iat, exp }) => ({
      header: { typ: 'JWT' },
      claims: {
        aud: [audience].flat()[0],
        azp: '107517467455664443766',
        email: 'job@notes-demo.iam.gserviceaccount.com',
        email_verified: true,
        exp,
        iat,
        iss: issuer,
        sub: '107517467455664443766',
      },
    }),
    access: () => `ya29.${base64url(160)}`,
    refresh: () => `1//0${base64url(60)}`,
  },
};
