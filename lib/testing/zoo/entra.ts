import type { Animal, Occasion } from './animal';
import { bareJwk, base64url, certified, uuid } from './jwks';

/**
 * A Microsoft Entra tenant where the single-page application and the API are one app registration, so that ID tokens
 * and access tokens have the same `aud`. Shapes from learn.microsoft.com/entra/identity-platform:
 * access-token-claims-reference, id-token-claims-reference, access-tokens, optional-claims-reference (`idtyp`), and
 * signing-key-rollover (several keys, the next ones beforehand; the keys have no `alg`, and name their issuer).
 */
const TENANT = '8eaef023-2b34-4da1-9baa-8bc8c9d6a490';
const JOB = '4b1f2b4e-6a4e-4a3b-8f25-6a6f2d0f8c11';
const WEB = '2d4d11a2-f814-46a7-890a-274a72a7309e';

const times = ({ iat, exp }: Occasion) => ({ iat, nbf: iat, exp });
const ofUser = {
  name: 'Ada Example',
  oid: '690222be-ff1a-4d56-abd1-7e4f7d38e474',
  preferred_username: 'ada@example.com',
};
const ofToken = () => ({ aio: base64url(40), rh: `1.${base64url(40)}`, uti: base64url(16) });

export const entra: Animal = {
  issuer: `https://login.microsoftonline.com/${TENANT}/v2.0`,
  path: `/${TENANT}/v2.0`,
  jwksPath: `/${TENANT}/discovery/v2.0/keys`,
  // The API's Application (client) ID.
  audience: '6e74172b-be56-4843-9ff4-e66a39bb12e3',
  subject: 'HKZpfaHyWadeOouYlitjrI-KffTm222X5rrV3xDqfKQ',
  lifetimeSeconds: 4000,
  algorithms: ['RS256'],
  newKid: () => base64url(20),
  publishesNext: true,
  jwks: (published, issuer) => ({
    keys: published.map((key) => {
      const { x5c } = certified(key);
      const { n, e } = bareJwk(key);
      const names = {
        cloud_instance_name: 'microsoftonline.com',
        issuer: issuer.replace(TENANT, '{tenantid}'),
      };
      return { kty: 'RSA', use: 'sig', kid: key.kid, x5t: key.kid, n, e, x5c, ...names };
    }),
  }),
  discovery: ({ origin, issuer, jwksUri }) => ({
    token_endpoint: `${origin}/${TENANT}/oauth2/v2.0/token`,
    jwks_uri: jwksUri,
    response_modes_supported: ['query', 'fragment', 'form_post'],
    subject_types_supported: ['pairwise'],
    id_token_signing_alg_values_supported: ['RS256'],
    issuer,
    authorization_endpoint: `${origin}/${TENANT}/oauth2/v2.0/authorize`,
    tenant_region_scope: 'EU',
    cloud_instance_name: 'microsoftonline.com',
  }),
  jwksHeaders: {
    'content-type': 'application/json; charset=utf-8',
    'cache-control': 'max-age=86400, private',
  },
  sends: 'access',
  tokens: {
    access: (occasion) => ({
      header: { typ: 'JWT' },
      claims: {
        aud: occasion.audience,
        iss: occasion.issuer,
        ...times(occasion),
        ...ofToken(),
        azp: WEB,
        azpacr: '0',
        ...ofUser,
        roles: ['Notes.Editor'],
        scp: 'Notes.Read Notes.Write',
        sid: uuid(),
        sub: occasion.subject,
        tid: TENANT,
        ver: '2.0',
      },
    }),
    machine: (occasion) => ({
      header: { typ: 'JWT' },
      claims: {
        aud: occasion.audience,
        iss: occasion.issuer,
        ...times(occasion),
        ...ofToken(),
        azp: JOB,
        azpacr: '1',
        oid: 'c1a9d4e6-1f2a-4a0e-9a5e-0f0f6d1c7b10',
        roles: ['Notes.Read.All'],
        sub: 'c1a9d4e6-1f2a-4a0e-9a5e-0f0f6d1c7b10',
        tid: TENANT,
        ver: '2.0',
      },
    }),
    // For an API whose manifest does not have requestedAccessTokenVersion 2.
    'access-v1': (occasion) => ({
      header: { typ: 'JWT', x5t: occasion.keys[0].kid },
      claims: {
        aud: `api://${[occasion.audience].flat()[0] ?? ''}`,
        iss: `https://sts.windows.net/${TENANT}/`,
        ...times(occasion),
        ...ofToken(),
        acr: '1',
        amr: ['pwd', 'mfa'],
        appid: WEB,
        appidacr: '0',
        name: ofUser.name,
        oid: ofUser.oid,
        scp: 'Notes.Read Notes.Write',
        sub: occasion.subject,
        tid: TENANT,
        unique_name: ofUser.preferred_username,
        ver: '1.0',
      },
    }),
    id: (occasion) => ({
      header: { typ: 'JWT' },
      claims: {
        aud: occasion.audience,
        iss: occasion.issuer,
        ...times(occasion),
        ...ofUser,
        roles: ['Notes.Editor'],
        sid: uuid(),
        sub: occasion.subject,
        tid: TENANT,
        uti: base64url(16),
        ver: '2.0',
      },
    }),
    refresh: () => `1.${base64url(500)}`,
  },
};
