import { auth0 } from '../issuers/auth0';
import { clerk } from '../issuers/clerk';
import { cognito } from '../issuers/cognito';
import { entra, type EntraTenantOptions } from '../issuers/entra';
import { firebase } from '../issuers/firebase';
import { githubActions, type GithubActionsOptions } from '../issuers/github-actions';
import { google } from '../issuers/google';
import { keycloak } from '../issuers/keycloak';
import { kubernetes } from '../issuers/kubernetes';
import { okta } from '../issuers/okta';
import type { PresetOptions } from '../issuers/preset';
import { supabase, supabaseKeys } from '../issuers/supabase';
import type { GivenOptions } from './given-options';

/** The accepted tokens of one issuer, as given on the command line. */
export interface Described {
  readonly issuer?: string;
  readonly audience: string | readonly string[];
  /** Required values by claim name, in the form of the option `claims`. */
  readonly claims?: NonNullable<GivenOptions['claims']>;
}

export interface ProviderPreset {
  /** The options in the form of the preset. */
  readonly optionsOf: (described: Described) => PresetOptions;
  /**
   * The verifier's options that the preset returns. Throws a `TypeError` for values that the preset does not accept.
   */
  readonly rulesOf: (described: Described) => GivenOptions;
  /** The URL of the JWK Set, if the preset does not use discovery. */
  readonly jwksUri?: (issuer: string) => string;
}

/** How to derive the options of each preset of `sallyport/issuers` from an issuer, an audience and claims. */
export const PRESETS = {
  auth0: preset(auth0, named),
  clerk: preset(clerk, (described) => ({ ...withoutAudience(described), authorizedParties: null })),
  cognito: preset(cognito, (described) => ({
    ...withoutAudience(described),
    clientId: described.audience,
  })),
  entra: preset((options: EntraTenantOptions) => entra(options), entraOptions),
  firebase: preset(firebase, firebaseOptions),
  githubActions: preset(githubActions, githubOptions),
  google: preset(google, ({ audience, ...described }) => ({ clientId: audience, ...described })),
  keycloak: preset(keycloak, named),
  kubernetes: preset(kubernetes, (described) => ({ ...named(described), serviceAccounts: null })),
  okta: preset(okta, named),
  supabase: {
    optionsOf: withoutAudience,
    // The preset sets the audience; an audience on the command line replaces it.
    rulesOf: (described: Described) => ({
      ...supabase(withoutAudience(described)),
      ...(described.audience.length > 0 && { audience: described.audience }),
    }),
    jwksUri: supabaseKeys,
  },
} as const satisfies Readonly<Record<string, ProviderPreset>>;

function preset<Options extends PresetOptions>(
  rules: (options: Options) => GivenOptions,
  optionsOf: (described: Described) => Options,
): ProviderPreset {
  return { optionsOf, rulesOf: (described) => rules(optionsOf(described)) };
}

function named({ issuer = '', audience, claims }: Described) {
  return { issuer, audience, ...(claims && { claims }) };
}

function withoutAudience({ issuer = '', claims }: Described) {
  return { issuer, ...(claims && { claims }) };
}

/** The project ID is the audience of the tokens. A preset takes one project: several become an empty, invalid one. */
function firebaseOptions({ audience, ...described }: Described) {
  const [projectId = '', ...others] = [audience].flat();
  return { projectId: others.length > 0 ? '' : projectId, ...described };
}

/** The issuer contains the tenant ID and the version of the tokens. */
function entraOptions({ issuer = '', ...described }: Described): EntraTenantOptions {
  const [, tenantId = ''] = /^https?:\/\/[^/]+\/([^/]+)\//.exec(issuer) ?? [];
  return { tenantId, issuer, version: issuer.endsWith('/v2.0') ? '2.0' : '1.0', ...described };
}

/** This preset takes these claims as options. A numeric ID is a string in the token. */
function githubOptions({ claims = {}, ...described }: Described): GithubActionsOptions {
  const { repository, repository_id: id, ...others } = claims;
  return {
    ...described,
    ...(repository !== undefined && { repository: [repository].flat().map(String) }),
    ...(id !== undefined && { repositoryId: [id].flat().map(String) }),
    ...(Object.keys(others).length > 0 && { claims: others }),
  };
}
