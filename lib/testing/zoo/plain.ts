import { JSON_TYPE, type Animal } from './animal';
import { hex, ordinaryJwk } from './jwks';

/** An issuer of no provider: only what RFC 7519 and OpenID Connect Discovery require. */
export const plain: Animal = {
  issuer: 'https://issuer.test',
  path: '',
  jwksPath: '/.well-known/jwks.json',
  audience: 'test-audience',
  subject: 'user_1',
  lifetimeSeconds: 60,
  algorithms: ['RS256'],
  // Random, so that kids of two issuers differ unless a test sets them.
  newKid: (count) => `key-${count + 1}-${hex(4)}`,
  publishesNext: false,
  jwks: (published) => ({ keys: published.map(ordinaryJwk) }),
  discovery: ({ issuer, jwksUri }) => ({ issuer, jwks_uri: jwksUri }),
  jwksHeaders: JSON_TYPE,
  sends: 'access',
  tokens: {
    access: ({ issuer, audience, subject, iat, exp }) => ({
      header: { typ: 'JWT' },
      claims: {
        iss: issuer,
        aud: typeof audience === 'string' ? audience : [...audience],
        sub: subject,
        iat,
        exp,
      },
    }),
  },
};
