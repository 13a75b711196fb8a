import type { JwtPayload } from '../auth';

/** The accepted tenants of a multi-tenant issuer: a list, or 'any'. */
export type Tenants = readonly string[] | 'any';

export interface IssuerNamesOptions {
  readonly issuer: string;
  readonly aliases?: readonly string[];
  readonly tenants?: Tenants;
}

/** The accepted `iss` of one issuer or of the tenants of one, and the `auth.issuer` for each. */
export interface IssuerNames {
  /** `auth.issuer` for a token with these claims; undefined if the token is of another issuer. */
  of(claims: JwtPayload): string | undefined;
  /** The same from `iss` alone; undefined if no token with it could be accepted. */
  named(iss: string): string | undefined;
  /** Every accepted `iss` that is known at mount; none with `tenants: 'any'`. */
  readonly listed: readonly string[];
  /** The templates of `iss` with `tenants: 'any'`, else none. */
  readonly open: readonly Template[];
  /** The accepted `iss` as text for the host's log. */
  readonly expected: string;
  /** The claims that were compared, for the host's log. */
  readonly received: (claims: JwtPayload) => unknown;
}

interface Template {
  readonly prefix: string;
  readonly suffix: string;
  readonly claim: string;
}

type Misuse = (option: string, expected: string) => Error;

const PLACEHOLDER = /^([^{}]+)\{([A-Za-z0-9_]+)\}([^{}]*)$/;
/** Only unreserved characters (RFC 3986 section 2.3), none of which ends a path segment or a host. */
const TENANT = /^[A-Za-z0-9._~-]{1,255}$/;

/** Reads and checks the names once, at mount. */
export function issuerNames(options: IssuerNamesOptions, misuse: Misuse): IssuerNames {
  const { issuer, aliases, tenants } = options;
  if (typeof issuer !== 'string' || issuer === '') throw misuse('issuer', 'a non-empty string');
  if (aliases !== undefined && !isListOfNames(aliases))
    throw misuse('aliases', 'a list of other spellings of the issuer, each a non-empty string');
  const spellings = [issuer, ...(aliases ?? [])];
  if (tenants === undefined) return oneIssuer(spellings, misuse);
  if (tenants !== 'any' && !(isListOfNames(tenants) && tenants.every((tenant) => TENANT.test(tenant))))
    throw misuse('tenants', 'a list of tenants, each of letters, digits and ".", "_", "~", "-", or "any"');
  const templates = spellings.map((spelling) => templateOf(spelling, misuse));
  if (new Set(templates.map(({ claim }) => claim)).size > 1)
    throw misuse('aliases', 'templates with the same placeholder as "issuer"');
  const names = tenants === 'any' ? anyTenant(templates) : listedTenants(templates, tenants);
  checkUnambiguous(names, misuse);
  return names;
}

/** Whether some `iss` could belong to both: then the issuer of a token would be ambiguous. */
export function shareNames(one: IssuerNames, other: IssuerNames): boolean {
  return (
    one.listed.some((iss) => other.named(iss) !== undefined) ||
    other.listed.some((iss) => one.named(iss) !== undefined) ||
    one.open.some((template) => other.open.some((second) => overlap(template, second)))
  );
}

function oneIssuer(spellings: readonly string[], misuse: Misuse): IssuerNames {
  const [issuer = ''] = spellings;
  if (spellings.some((spelling) => /[{}]/.test(spelling)))
    throw misuse('tenants', 'given with an issuer that has a placeholder: a list of tenants, or "any"');
  if (new Set(spellings).size < spellings.length)
    throw misuse('aliases', 'other than "issuer", and each once');
  const known = new Map<unknown, string>(spellings.map((spelling) => [spelling, issuer]));
  return {
    of: ({ iss }) => known.get(iss),
    named: (iss) => known.get(iss),
    listed: spellings,
    open: [],
    expected: spellings.join(', '),
    received: ({ iss }) => iss,
  };
}

/** The claim that the placeholder names must equal the tenant in `iss`. */
function listedTenants(templates: readonly Template[], tenants: readonly string[]): IssuerNames {
  const [first] = templates as [Template];
  const known = new Map<unknown, { readonly tenant: string; readonly issuer: string }>();
  const listed = templates.flatMap((template) =>
    tenants.map((tenant) => {
      const iss = filled(template, tenant);
      known.set(iss, { tenant, issuer: filled(first, tenant) });
      return iss;
    }),
  );
  return {
    of(claims) {
      const found = known.get(claims.iss);
      return found && claims[first.claim] === found.tenant ? found.issuer : undefined;
    },
    named: (iss) => known.get(iss)?.issuer,
    listed,
    open: [],
    expected: listed.join(', '),
    received: (claims) => (known.has(claims.iss) ? withTenant(claims, first) : claims.iss),
  };
}

function anyTenant(templates: readonly Template[]): IssuerNames {
  const [first] = templates as [Template];
  const read = (iss: string): string | undefined => {
    for (const template of templates) {
      const tenant = tenantIn(iss, template);
      if (tenant !== undefined) return tenant;
    }
    return undefined;
  };
  return {
    of(claims) {
      const { iss } = claims as { iss?: unknown };
      const tenant = typeof iss === 'string' ? read(iss) : undefined;
      return tenant !== undefined && claims[first.claim] === tenant ? filled(first, tenant) : undefined;
    },
    named(iss) {
      const tenant = read(iss);
      return tenant === undefined ? undefined : filled(first, tenant);
    },
    listed: [],
    open: templates,
    expected: templates.map((template) => filled(template, `{${template.claim}}`)).join(', '),
    received: (claims) =>
      typeof claims.iss === 'string' && read(claims.iss) !== undefined
        ? withTenant(claims, first)
        : claims.iss,
  };
}

/** For an `iss` that is accepted by itself: the tenant's claim must differ. */
function withTenant(claims: JwtPayload, { claim }: Template): object {
  return { iss: claims.iss, [claim]: claims[claim] };
}

function templateOf(spelling: string, misuse: Misuse): Template {
  const [, prefix, claim, suffix] = PLACEHOLDER.exec(spelling) ?? [];
  if (prefix === undefined || claim === undefined || suffix === undefined)
    throw misuse('issuer', 'with "tenants" a template that names the tenant\'s claim once, such as {tid}');
  return { prefix, claim, suffix };
}

function filled({ prefix, suffix }: Template, tenant: string): string {
  return prefix + tenant + suffix;
}

function tenantIn(iss: string, { prefix, suffix }: Template): string | undefined {
  if (!iss.startsWith(prefix) || !iss.endsWith(suffix)) return undefined;
  const tenant = iss.slice(prefix.length, iss.length - suffix.length);
  return TENANT.test(tenant) ? tenant : undefined;
}

function checkUnambiguous({ listed, open }: IssuerNames, misuse: Misuse): void {
  const twice = new Set(listed).size < listed.length;
  const clash = open.some((one, index) => open.slice(index + 1).some((other) => overlap(one, other)));
  if (twice || clash)
    throw misuse('aliases', 'such that no iss fits two of the spellings, and "tenants" each once');
}

/** Whether some `iss` could match both. */
function overlap(one: Template, other: Template): boolean {
  const begin = one.prefix.startsWith(other.prefix) || other.prefix.startsWith(one.prefix);
  const end = one.suffix.endsWith(other.suffix) || other.suffix.endsWith(one.suffix);
  return begin && end;
}

function isListOfNames(value: unknown): boolean {
  return (
    Array.isArray(value) && value.length > 0 && value.every((name) => typeof name === 'string' && name !== '')
  );
}
