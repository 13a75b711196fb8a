import type { IssuerFamilyOptions, IssuerOptions } from 'sallyport';
import * as presets from 'sallyport/issuers';
import type { IssuerConfig } from './issuers';
import { providerOf, type Provider } from './provider-names';
import type { RequiredClaims } from './required-claims';

/** What tells one issuer's tokens apart, once the variables are read. */
export type Described = Pick<IssuerConfig, 'issuer' | 'audience' | 'requiredClaims'>;
export type ProviderRules = IssuerOptions | IssuerFamilyOptions;

interface ProviderSettings {
  /** What AUTH_ISSUER is where it is left out. */
  readonly issuer?: string;
  /** AUTH_AUDIENCE may be left out. */
  readonly impliesAudience?: true;
  /** Of AUTH_ALGORITHMS, where that is left out. */
  readonly algorithms?: readonly string[];
  /** Where the JWK Set is, if discovery does not say so. */
  readonly jwksUri?: (issuer: string) => string | undefined;
  /** The provider's preset. Throws a `TypeError` for what does not fit it. */
  readonly rules: (described: Described) => ProviderRules;
}

/** Each AUTH_PROVIDER, and how the variables become the options of its preset. */
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
    // Access tokens have no aud: the clients that they are given to stand in its place.
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

/** What was left out is as the provider has it, or RS256. */
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

/** The options that tell this issuer's tokens from others; `sallyport()` takes the rest of its own. */
export function rulesOf(entry: IssuerConfig): ProviderRules {
  const { issuer, audience, requiredClaims } = entry;
  const settings = settingsOf(entry.provider);
  if (settings) return settings.rules(entry);
  return { issuer, audience, ...further(requiredClaims) };
}

/** Why the provider's preset takes these settings for none of its own; undefined where it takes them. */
export function presetProblem(entry: IssuerConfig): string | undefined {
  try {
    settingsOf(entry.provider)?.rules(entry);
    return undefined;
  } catch (error) {
    // Presets name their options and what is expected of them, never a value.
    if (error instanceof TypeError) return `does not fit the other settings: ${error.message}`;
    throw error;
  }
}

const PODS = 'name the service accounts that may call as claim sub, "system:serviceaccount:NAMESPACE:NAME"';
const SHARED_KEYS = 'https://login.microsoftonline.com/common/discovery/v2.0/keys';

function keysOfFamily(issuer: string): string | undefined {
  return issuer.includes('{tid}') ? SHARED_KEYS : undefined;
}

/** The tenant stands in the issuer; several are `{tid}` there, and listed as claim `tid`. */
function entraRules({ issuer, audience, requiredClaims }: Described): ProviderRules {
  const version = issuer.endsWith('/v2.0') ? '2.0' : '1.0';
  const [, tenantId = ''] = /^https?:\/\/[^/]+\/([^/]+)\/(?:v2\.0)?$/.exec(issuer) ?? [];
  const common = { issuer, version, audience: audience ?? [] } as const;
  if (tenantId !== '{tid}') return presets.entra({ ...common, tenantId, ...further(requiredClaims) });
  const { tid = [], ...others } = requiredClaims ?? {};
  return presets.entra({ ...common, tenants: [tid].flat().map(String), claims: others });
}

/** Null, spelled, is no audience that these presets would take. */
function namedAudience({ audience, requiredClaims }: Pick<Described, 'audience' | 'requiredClaims'>) {
  return { audience: audience ?? [], ...further(requiredClaims) };
}

function further(requiredClaims: RequiredClaims | undefined) {
  return requiredClaims ? { claims: requiredClaims } : {};
}
