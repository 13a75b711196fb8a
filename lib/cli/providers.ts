import type { GivenOptions } from './given-options';
import { PRESETS, type ProviderPreset } from './preset-options';
import { UsageError } from './usage-error';

export type Provider = keyof typeof PRESETS;

export const PROVIDERS = Object.keys(PRESETS) as readonly Provider[];

export function presetOf(provider: string): ProviderPreset | undefined {
  return Object.hasOwn(PRESETS, provider) ? PRESETS[provider as Provider] : undefined;
}

/** What was given, with the rules of that provider's tokens. Throws a `UsageError` for what does not fit the preset. */
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

/** Where the preset of a provider has the keys of an issuer read, if not where discovery says. */
export function presetKeys(provider = '', issuer = ''): string | undefined {
  return issuer === '' ? undefined : presetOf(provider)?.jwksUri?.(issuer);
}

/** What the presets call otherwise than the command line. */
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
