import { JSON_TYPE, type Animal, type Occasion } from './animal';
import { base64url, bareJwk, certified, hex, uuid } from './jwks';

/**
 * GitHub as the issuer of its Actions' tokens. Shapes from docs.github.com/actions/reference/security/oidc: all claims,
 * and since July 2026 a `sub` with the ids of owner and repository in it.
 */
const OWNER = 'octo-org';
const REPOSITORY = `${OWNER}/octo-repo`;

const ofRun = ({ issuer, audience, iat, exp }: Occasion) => ({
  jti: uuid(),
  aud: [audience].flat()[0],
  iss: issuer,
  nbf: iat,
  iat,
  exp,
  repository: REPOSITORY,
  repository_id: '456789',
  repository_owner: OWNER,
  repository_owner_id: '123456',
  repository_visibility: 'private',
  actor: 'ada',
  actor_id: '12',
  run_id: '1234567890',
  run_number: '10',
  run_attempt: '2',
  runner_environment: 'github-hosted',
  workflow: 'deploy',
  sha: hex(20),
});
const header = ({ keys: [key] }: Occasion) => ({ typ: 'JWT', x5t: certified(key).x5t });

export const githubActions: Animal = {
  issuer: 'https://token.actions.githubusercontent.com',
  path: '',
  jwksPath: '/.well-known/jwks',
  audience: 'https://api.example',
  subject: 'repo:octo-org@123456/octo-repo@456789:ref:refs/heads/main',
  lifetimeSeconds: 300,
  algorithms: ['RS256'],
  newKid: () => uuid(),
  publishesNext: true,
  jwks: (published) => ({
    keys: published.map((key) => {
      const { x5c, x5t } = certified(key);
      return { kty: 'RSA', alg: 'RS256', use: 'sig', kid: key.kid, x5c, x5t, ...bareJwk(key) };
    }),
  }),
  discovery: ({ issuer, jwksUri }) => ({
    issuer,
    jwks_uri: jwksUri,
    subject_types_supported: ['public', 'pairwise'],
    response_types_supported: ['id_token'],
    id_token_signing_alg_values_supported: ['RS256'],
    scopes_supported: ['openid'],
  }),
  jwksHeaders: JSON_TYPE,
  sends: 'machine',
  tokens: {
    machine: (occasion) => ({
      header: header(occasion),
      claims: {
        ...ofRun(occasion),
        sub: occasion.subject,
        ref: 'refs/heads/main',
        ref_type: 'branch',
        event_name: 'push',
        workflow_ref: `${REPOSITORY}/.github/workflows/deploy.yml@refs/heads/main`,
        job_workflow_ref: `${REPOSITORY}/.github/workflows/deploy.yml@refs/heads/main`,
      },
    }),
    'pull-request': (occasion) => ({
      header: header(occasion),
      claims: {
        ...ofRun(occasion),
        sub: 'repo:octo-org@123456/octo-repo@456789:pull_request',
        ref: 'refs/pull/7/merge',
        ref_type: 'branch',
        base_ref: 'main',
        head_ref: 'patch-1',
        event_name: 'pull_request',
        workflow_ref: `${REPOSITORY}/.github/workflows/test.yml@refs/pull/7/merge`,
        job_workflow_ref: `${REPOSITORY}/.github/workflows/test.yml@refs/pull/7/merge`,
      },
    }),
    // GITHUB_TOKEN, for GitHub's own API.
    access: () => `ghs_${base64url(27)}`,
  },
};
