import type { IssuerFamilyOptions, IssuerOptions } from 'sallyport';
import * as presets from 'sallyport/issuers';
import type { IssuerConfig } from './issuers';
import { providerOf, type Provider } from './provider-names';
import type { RequiredClaims } from './required-claims';

/** The settings that the options of a preset are derived from. */
export type Described = Pick<IssuerConfig, 'issuer' | 'audience' | 'requiredClaims'>;
export type ProviderRules = IssuerOptions | IssuerFamilyOptions;

interface ProviderSettings {
  /** Default of AUTH_ISSUER. */
  readonly issuer?: string;
  /** AUTH_AUDIENCE may be left out. */
  readonly impliesAudience?: true;
  /** Default of AUTH_ALGORITHMS. Without it: RS256. */
  readonly algorithms?: readonly string[];
  /** URL of the JWK Set, if it is not found by discovery. */
  readonly jwksUri?: (issuer: string) => string | undefined;
  /** The rules of the provider's preset. Throws a `TypeError` for settings that it does not accept. */
  readonly rules: (described: Described) => ProviderRules;
}

/** How the variables become the options of each provider's preset. */
const SETTINGS = {
  auth0: { rules: ({ issuer, ...rest }) => presets.auth0({ issuer, ...namedAudience(rest) }) },
  clerk: {
    impliesAudience: true,
    rules: ({ issuer, audience, requiredClaims }) => ({
      ...presets.clerk({ issuer, authorizedParties: null, ...further(requiredClaims) }),
      audience,
    }),
  },
  cognito: {
    // Access tokens have no aud; AUTH_AUDIENCE lists the client ids instead.
    rules: ({ issuer, audience, requiredClaims }) =>
      presets.cognito({ issuer, clientId: audience ?? [], ...further(requiredClaims) }),
  },
  entra: { jwksUri: keysOfFamily, rules: entraRules },
  firebase: {
    impliesAudience: true,
    rules: ({ issuer, audience, requiredClaims }) => {
      const projectId = new URL(issuer).pathname.slice(1);
      const rules = presets.firebase({ issuer, projectId, ...further(requiredClaims) });
      return { ...rules, ...(audience && { audience }) };
    },
  },
  githubActions: {
    issuer: 'https://token.actions.githubusercontent.com',
    rules: ({ issuer, requiredClaims, ...rest }) => {
      const { repository, repository_id: repositoryId, ...others } = requiredClaims ?? {};
      return presets.githubActions({
        issuer,
        ...namedAudience(rest),
        ...(repository !== undefined && { repository: repository as string }),
        ...(repositoryId !== undefined && { repositoryId: repositoryId as string }),
        claims: others,
      });
    },
  },
  google: {
    issuer: 'https://accounts.google.com',
    rules: ({ issuer, audience, requiredClaims }) =>
      presets.google({ issuer, clientId: audience ?? [], ...further(requiredClaims) }),
  },
  keycloak: { rules: ({ issuer, ...rest }) => presets.keycloak({ issuer, ...namedAudience(rest) }) },
  kubernetes: {
    rules: ({ issuer, ...rest }) => {
      if (rest.requiredClaims?.['sub'] === undefined) throw new TypeError(`kubernetes: ${PODS}`);
      return presets.kubernetes({ issuer, serviceAccounts: null, ...namedAudience(rest) });
    },
  },
  okta: { rules: ({ issuer, ...rest }) => presets.okta({ issuer, ...namedAudience(rest) }) },
  supabase: {
    impliesAudience: true,
    algorithms: ['ES256', 'RS256'],
    jwksUri: (issuer) => `${issuer}/.well-known/jwks.json`,
    rules: ({ issuer, audience, requiredClaims }) => ({
      ...presets.supabase({ issuer, ...further(requiredClaims) }),
      ...(audience && { audience }),
    }),
  },
} as const satisfies Readonly<Record<Provider, ProviderSettings>>;

export function settingsOf(provider: unknown): ProviderSettings | undefined {
  const known = providerOf(provider);
  return known && SETTINGS[known];
}

type Draft = Omit<IssuerConfig, 'issuer' | 'algorithms'> &
  Partial<Pick<IssuerConfig, 'issuer' | 'algorithms'>>;

/** Fills in the defaults of the provider; without one, the algorithm RS256. */
export function completed({ issuer, algorithms, ...rest }: Draft): IssuerConfig {
  const settings = settingsOf(rest.provider);
  const named = issuer ?? settings?.issuer ?? '';
  const jwksUri = rest.jwksUri ?? (rest.publicKey === undefined ? settings?.jwksUri?.(named) : undefined);
  return {
    ...rest,
    issuer: named,
    algorithms: algorithms ?? settings?.algorithms ?? ['RS256'],
    ...(jwksUri !== undefined && { jwksUri }),
  };
}

/** The options that select this issuer's tokens; `sallyport()` takes further ones. */
export function rulesOf(entry: IssuerConfig): ProviderRules {
  const { issuer, audience, requiredClaims } = entry;
  const settings = settingsOf(entry.provider);
  if (settings) return settings.rules(entry);
  return { issuer, audience, ...further(requiredClaims) };
}

/** Why the provider's preset does not accept these settings; undefined if it does. */
export function presetProblem(entry: IssuerConfig): string | undefined {
  try {
    settingsOf(entry.provider)?.rules(entry);
    return undefined;
  } catch (error) {
    // The messages of presets contain option names and expected values, never configured ones.
    if (error instanceof TypeError) return `does not fit the other settings: ${error.message}`;
    throw error;
  }
}

const PODS = 'name the service accounts that may call as claim sub, "system:serviceaccount:NAMESPACE:NAME"';
const SHARED_KEYS = 'https://login.microsoftonline.com/common/discovery/v2.0/keys';

function keysOfFamily(issuer: string): string | undefined {
  return issuer.includes('{tid}') ? SHARED_KEYS : undefined;
}

/** The issuer contains the tenant ID. For several tenants it contains `{tid}`, and the claim `tid` lists them. */
function entraRules({ issuer, audience, requiredClaims }: Described): ProviderRules {
  const version = issuer.endsWith('/v2.0') ? '2.0' : '1.0';
  const [, tenantId = ''] = /^https?:\/\/[^/]+\/([^/]+)\/(?:v2\.0)?$/.exec(issuer) ?? [];
  const common = { issuer, version, audience: audience ?? [] } as const;
  if (tenantId !== '{tid}') return presets.entra({ ...common, tenantId, ...further(requiredClaims) });
  const { tid = [], ...others } = requiredClaims ?? {};
  return presets.entra({ ...common, tenants: [tid].flat().map(String), claims: others });
}

/** These presets do not accept `none` as the audience: an empty list makes them throw. */
function namedAudience({ audience, requiredClaims }: Pick<Described, 'audience' | 'requiredClaims'>) {
  return { audience: audience ?? [], ...further(requiredClaims) };
}

function further(requiredClaims: RequiredClaims | undefined) {
  return requiredClaims ? { claims: requiredClaims } : {};
}
