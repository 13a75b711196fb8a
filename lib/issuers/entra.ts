import type { JwtPayload } from '../auth';
import type { OnEvent } from '../events';
import { remoteKeys } from '../keys/remote-keys';
import type { IssuerFamilyOptions, IssuerOptions } from '../sallyport-options';
import { claimAt } from '../tokens/claim-at';
import { oneOf } from './address';
import { SEND_ACCESS_TOKEN } from './id-token';
import { reader, type PresetOptions } from './preset';

interface EntraCommon extends PresetOptions {
  /** App registrations > your API > Overview > Application (client) ID. For version 1.0 also the Application ID URI. */
  readonly audience: string | readonly string[];
  /**
   * App registrations > your API > Manifest > requestedAccessTokenVersion (accessTokenAcceptedVersion): '2.0' for 2,
   * '1.0' for null or 1. Default: '2.0'.
   */
  readonly version?: '1.0' | '2.0';
  /** For a national cloud or a test issuer: `iss` as in the tokens, with several tenants `{tid}` in place of the id. */
  readonly issuer?: string;
}

export interface EntraTenantOptions extends EntraCommon {
  /** App registrations > your API > Overview > Directory (tenant) ID. */
  readonly tenantId: string;
  readonly tenants?: never;
}

export interface EntraTenantsOptions extends EntraCommon {
  readonly tenantId?: never;
  /**
   * The tenants whose tokens are accepted, or 'any' if everybody with a Microsoft account may call. Roles and scopes
   * are granted by the administrators of the token's own tenant, and with 'any' anybody can become one by creating a
   * tenant: let roles and scopes give access only to data of the tenant (`auth.issuer`).
   */
  readonly tenants: readonly string[] | 'any';
  /** Called with the events of the key source. */
  readonly onEvent?: OnEvent;
}

export type EntraOptions = EntraTenantOptions | EntraTenantsOptions;

/**
 * Microsoft Entra ID. Accepts access tokens for your API: of users (`scp`), and of applications that have an app role
 * (`roles`). Refuses ID tokens, even if the API and its client are one app registration and so have the same audience;
 * tokens with neither `scp` nor `roles`, which any application of the tenant can get; and tokens of the other version.
 * `auth.scopes` is `scp`, `auth.roles` is `roles`. With `tenants`, each tenant is a separate issuer.
 *
 * @example
 * sallyport({ ...entra({ tenantId: '8eaef023-...', audience: '6e74172b-...' }), users });
 * sallyport({ ...entra({ tenants: 'any', audience: '6e74172b-...' }), owner: ({ issuer, subject }) => `${issuer} ${subject}`, users });
 *
 * @throws {TypeError} for an option that is unknown, missing or invalid.
 */
export function entra(options: EntraTenantOptions): IssuerOptions;
export function entra(options: EntraTenantsOptions): IssuerFamilyOptions;
export function entra(options: EntraOptions): IssuerOptions | IssuerFamilyOptions {
  const own = [
    'tenantId',
    'tenants',
    'audience',
    'version',
    'issuer',
    ...(options.tenants ? ['onEvent'] : []),
  ];
  const read = reader('entra', options, own);
  const { tenantId, tenants, version = '2.0', issuer } = options;
  oneOf(read, { tenantId, tenants });
  if (!Object.hasOwn(ISSUERS, version)) throw read.misuse('"version" must be "1.0" or "2.0"');
  const template = issuer === undefined ? ISSUERS[version] : read.text('issuer', issuer, 'an address');
  const rules = {
    audience: read.names('audience', options.audience, 'the Application (client) ID of your API'),
    roles: claimAt('roles'),
    ...read.rules({ claims: { ver: version }, refuse: CHECKS[version] }),
  };
  if (tenants === undefined) return { issuer: template.replace('{tid}', guid(tenantId)), ...rules };
  if (tenants !== 'any') [read.names('tenants', tenants, TENANT)].flat().forEach(guid);
  const { onEvent } = options;
  return {
    issuer: template,
    tenants,
    keys: remoteKeys({ jwksUri: KEYS, ...(onEvent && { onEvent }) }),
    ...rules,
  };

  function guid(tenant: string | undefined): string {
    const id = read.text('tenantId', tenant, TENANT);
    if (/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(id)) return id;
    throw read.misuse(`"tenantId" must be ${TENANT}`);
  }
}

const TENANT =
  'the Directory (tenant) ID in lower case, such as "8eaef023-2b34-4da1-9baa-8bc8c9d6a490": iss never has a domain or "common" in it';
/** The JWK Set of all tenants, for versions 1.0 and 2.0. */
const KEYS = 'https://login.microsoftonline.com/common/discovery/v2.0/keys';
const ISSUERS = {
  '1.0': 'https://sts.windows.net/{tid}/',
  '2.0': 'https://login.microsoftonline.com/{tid}/v2.0',
} as const;

/** An access token has the client that it was issued to as `appid` or `azp`; an ID token has it as its audience. */
const CHECKS = { '1.0': notForApi('appid'), '2.0': notForApi('azp') } as const;

function notForApi(client: string) {
  return (payload: JwtPayload): string | undefined => {
    if (!Object.hasOwn(payload, client)) return SEND_ACCESS_TOKEN;
    const isGranted = Object.hasOwn(payload, 'scp') || Object.hasOwn(payload, 'roles');
    return isGranted
      ? undefined
      : 'The token grants nothing: it has neither scopes (scp) nor app roles (roles).';
  };
}
