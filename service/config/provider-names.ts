/** Values of AUTH_PROVIDER: the presets of `sallyport/issuers`. */
export const PROVIDERS = [
  'auth0',
  'clerk',
  'cognito',
  'entra',
  'firebase',
  'githubActions',
  'google',
  'keycloak',
  'kubernetes',
  'okta',
  'supabase',
] as const;

export type Provider = (typeof PROVIDERS)[number];

export function providerOf(name: unknown): Provider | undefined {
  return PROVIDERS.find((provider) => provider === name);
}
