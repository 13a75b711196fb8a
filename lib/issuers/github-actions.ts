import type { IssuerOptions } from '../sallyport-options';
import { addressOf } from './address';
import { reader, type PresetOptions } from './preset';

export interface GithubActionsOptions extends PresetOptions {
  /** The audience that the workflow requests: `core.getIDToken('https://api.example')`. */
  readonly audience: string | readonly string[];
  /** `owner/name`. If an owner gives up a name, somebody else can take it; an id is never reused. */
  readonly repository?: string | readonly string[];
  /** The id of the repository, as `gh api repos/OWNER/NAME --jq .id` prints it. */
  readonly repositoryId?: string | readonly string[];
  /** Only runs for these refs: `refs/heads/main`, `refs/tags/v1`. Default: any branch, tag and pull request. */
  readonly ref?: string | readonly string[];
  /** Only jobs with this `environment`. Default: jobs with any environment or none. */
  readonly environment?: string | readonly string[];
  /** Default: GitHub's. Set it for Enterprise Server (`https://HOSTNAME/_services/token`) or a test issuer. */
  readonly issuer?: string;
}

/**
 * GitHub Actions (`permissions: id-token: write`). Accepts the OIDC tokens of workflow runs of the given repositories.
 * Every repository on GitHub can request a token with your audience, so `repository` or `repositoryId` is required.
 * Without `ref` or `environment`, runs for pull requests are accepted too. Refuses GITHUB_TOKEN, which is for GitHub's
 * own API. `auth.subject` is `sub`, whose format the repository can configure. Reads no scopes and no roles.
 *
 * @example
 * sallyport({ ...githubActions({ audience: 'https://api.example', repository: 'octo-org/octo-repo', ref: 'refs/heads/main' }), users });
 *
 * @throws {TypeError} for an option that is unknown, missing or invalid.
 */
export function githubActions(options: GithubActionsOptions): IssuerOptions {
  const read = reader('githubActions', options, [...OWN]);
  const { repository, repositoryId, ref, environment, issuer = GITHUB } = options;
  if (repository === undefined && repositoryId === undefined) {
    throw read.misuse(
      'give "repository" or "repositoryId": every repository on GitHub can name your audience',
    );
  }
  const pins = { repository, repository_id: repositoryId, ref, environment };
  const claims = Object.entries(pins).flatMap(([claim, value]) =>
    value === undefined ? [] : [[claim, read.names(claim, value, EXPECTED[claim] ?? '')]],
  );
  return {
    issuer: addressOf(read, 'issuer', issuer, 'an address'),
    audience: read.names(
      'audience',
      options.audience,
      'what the workflow asks for with getIDToken(audience)',
    ),
    ...read.rules({ claims: Object.fromEntries(claims) as NonNullable<IssuerOptions['claims']> }),
  };
}

const GITHUB = 'https://token.actions.githubusercontent.com';
const OWN = ['audience', 'repository', 'repositoryId', 'ref', 'environment', 'issuer'] as const;
const EXPECTED: Readonly<Record<string, string>> = {
  repository: '"owner/name"',
  repository_id: 'the id of a repository, as a string',
  ref: 'a ref, such as "refs/heads/main"',
  environment: 'the name of an environment',
};
