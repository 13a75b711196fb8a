import type { GivenOptions } from './given-options';
import { PRESETS, type ProviderPreset } from './preset-options';
import { UsageError } from './usage-error';

export type Provider = keyof typeof PRESETS;

export const PROVIDERS = Object.keys(PRESETS) as readonly Provider[];

export function presetOf(provider: string): ProviderPreset | undefined {
  return Object.hasOwn(PRESETS, provider) ? PRESETS[provider as Provider] : undefined;
}

/**
 * The given options, with the rules of the provider's preset. Throws a `UsageError` for values that the preset does not
 * accept.
 */
export function withProvider(provider: string, given: GivenOptions): GivenOptions {
  const preset = presetOf(provider);
  if (!preset) throw new UsageError(`--provider takes ${PROVIDERS.join(', ')}.`);
  const { issuer, audience, claims, ...others } = given;
  try {
    const rules = preset.rulesOf({
      ...(issuer !== undefined && { issuer }),
      audience: audience ?? [],
      ...(claims && { claims }),
    });
    return { ...rules, ...others };
  } catch (error) {
    if (error instanceof TypeError) throw new UsageError(`--provider ${inFlags(error.message)}.`);
    throw error;
  }
}

/** The URL of the JWK Set, if the provider's preset does not use discovery. */
export function presetKeys(provider = '', issuer = ''): string | undefined {
  return issuer === '' ? undefined : presetOf(provider)?.jwksUri?.(issuer);
}

/** The command-line option for each preset option. */
const FLAGS: Readonly<Partial<Record<string, string>>> = {
  issuer: '--issuer',
  audience: '--audience',
  clientId: '--audience',
  projectId: '--audience',
  tenantId: 'the tenant in --issuer',
  repository: '--claim repository=OWNER/NAME',
  repositoryId: '--claim repository_id=ID',
};

function inFlags(message: string): string {
  return message.replaceAll(/"(\w+)"/g, (quoted, name: string) => FLAGS[name] ?? quoted);
}
