import type { IssuerOptions } from '../sallyport-options';
import { addressOf } from './address';
import { reader, type PresetOptions } from './preset';

export interface GithubActionsOptions extends PresetOptions {
  /** What the workflow asks for: `core.getIDToken('https://api.example')`. */
  readonly audience: string | readonly string[];
  /** `owner/name`. A name can be given up and taken by somebody else, and an id cannot. */
  readonly repository?: string | readonly string[];
  /** The repository's id, as `gh api repos/OWNER/NAME --jq .id` prints it. */
  readonly repositoryId?: string | readonly string[];
  /** Only runs of these: `refs/heads/main`, `refs/tags/v1`. Default: any branch, tag and pull request of the repository. */
  readonly ref?: string | readonly string[];
  /** Only jobs with this `environment`. Default: any and none. */
  readonly environment?: string | readonly string[];
  /** Default: GitHub's. `https://HOSTNAME/_services/token` for Enterprise Server, or a test issuer. */
  readonly issuer?: string;
}

/**
 * GitHub Actions (`permissions: id-token: write`). Accepted are the OIDC tokens of workflow runs of the named repositories.
 * Every repository on GitHub can ask for a token with your audience, so one of `repository` and `repositoryId` must be
 * given; without `ref` or `environment` the workflows of pull requests count as well. GITHUB_TOKEN is for GitHub's own API
 * and refused. `auth.subject` is `sub`, whose form is the repository's to choose, with or without ids. No scopes, no roles.
 *
 * @example
 * sallyport({ ...githubActions({ audience: 'https://api.example', repository: 'octo-org/octo-repo', ref: 'refs/heads/main' }), users });
 *
 * @throws {TypeError} for an option that is unknown, missing or wrong.
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
