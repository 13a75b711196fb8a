import { auth0 } from '../issuers/auth0';
import { clerk } from '../issuers/clerk';
import { cognito } from '../issuers/cognito';
import { keycloak } from '../issuers/keycloak';
import { okta } from '../issuers/okta';
import type { PresetOptions } from '../issuers/preset';
import type { GivenOptions } from './given-options';
import { UsageError } from './usage-error';

interface Named {
  readonly issuer: string;
  readonly audience: string | readonly string[];
}

/** The presets of `sallyport/issuers` that an issuer and an audience are enough for. */
const PRESETS: Readonly<Record<string, (named: Named, own: PresetOptions) => GivenOptions>> = {
  auth0: (named, own) => auth0({ ...named, ...own }),
  clerk: ({ issuer }, own) => clerk({ issuer, authorizedParties: null, ...own }),
  cognito: ({ issuer, audience }, own) => cognito({ issuer, clientId: audience, ...own }),
  keycloak: (named, own) => keycloak({ ...named, ...own }),
  okta: (named, own) => okta({ ...named, ...own }),
};

export const PROVIDERS = Object.keys(PRESETS);

/** What was given, with the rules of that provider's tokens. Throws a `UsageError` for what does not fit the preset. */
export function withProvider(provider: string, given: GivenOptions): GivenOptions {
  const preset = Object.hasOwn(PRESETS, provider) ? PRESETS[provider] : undefined;
  if (!preset) throw new UsageError(`--provider takes ${PROVIDERS.join(', ')}.`);
  const { issuer = '', audience, claims, ...others } = given;
  try {
    const rules = preset({ issuer, audience: audience ?? [] }, claims ? { claims } : {});
    return { ...rules, ...others };
  } catch (error) {
    if (error instanceof TypeError) throw new UsageError(`--provider ${error.message}.`);
    throw error;
  }
}
