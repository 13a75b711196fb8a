import type { Animal, Occasion } from './animal';
import { base64url, ordinaryJwk, uuid } from './jwks';

/**
 * A Kubernetes cluster as the issuer of its service accounts' tokens. Shapes from
 * kubernetes.io/docs/tasks/configure-pod-container/configure-service-account (projected tokens, issuer discovery),
 * .../docs/reference/access-authn-authz/service-accounts-admin (tokens of Secrets) and kubernetes/kubernetes,
 * pkg/routes/openidmetadata.go: the set is application/jwk-set+json, and nothing else may be asked for.
 */
const YEAR = 31_536_000;

const ofPod = ({ issuer, subject, iat }: Occasion) => {
  const [, , namespace = 'default', account = 'default'] = subject.split(':');
  return {
    iat,
    iss: issuer,
    jti: uuid(),
    'kubernetes.io': {
      namespace,
      node: { name: 'worker-1', uid: uuid() },
      pod: { name: `${account}-7c9d5`, uid: uuid() },
      serviceaccount: { name: account, uid: uuid() },
    },
    nbf: iat,
    sub: subject,
  };
};

export const kubernetes: Animal = {
  issuer: 'https://kubernetes.default.svc.cluster.local',
  path: '',
  jwksPath: '/openid/v1/jwks',
  audience: 'notes-api',
  subject: 'system:serviceaccount:shop:notes-client',
  lifetimeSeconds: 3600,
  algorithms: ['RS256'],
  newKid: () => base64url(32),
  publishesNext: false,
  jwks: (published) => ({ keys: published.map(ordinaryJwk) }),
  discovery: ({ issuer, jwksUri }) => ({
    issuer,
    jwks_uri: jwksUri,
    response_types_supported: ['id_token'],
    subject_types_supported: ['public'],
    id_token_signing_alg_values_supported: ['RS256'],
  }),
  jwksHeaders: { 'content-type': 'application/jwk-set+json', 'cache-control': 'public, max-age=3600' },
  sends: 'machine',
  tokens: {
    machine: (occasion) => ({
      header: {},
      claims: { aud: [occasion.audience].flat(), exp: occasion.exp, ...ofPod(occasion) },
    }),
    // Mounted into every pod at /var/run/secrets/kubernetes.io/serviceaccount/token, for the API server only.
    'api-server': (occasion) => ({
      header: {},
      claims: { aud: [occasion.issuer], exp: occasion.iat + YEAR, ...ofPod(occasion) },
    }),
    // The token of a Secret, which never expires.
    legacy: ({ subject }) => ({
      header: {},
      claims: {
        iss: 'kubernetes/serviceaccount',
        'kubernetes.io/serviceaccount/namespace': 'shop',
        'kubernetes.io/serviceaccount/secret.name': 'notes-client-token-x7z2p',
        'kubernetes.io/serviceaccount/service-account.name': 'notes-client',
        'kubernetes.io/serviceaccount/service-account.uid': uuid(),
        sub: subject,
      },
    }),
  },
};
