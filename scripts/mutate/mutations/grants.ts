import type { Mutation } from '../mutation';

const names = 'lib/tokens/issuer-names.ts';
const ofNames = ['test/lib/tokens/issuer-names.test.ts'];
const grants = 'lib/tokens/grants.ts';
const ofGrants = ['test/lib/tokens/grants.test.ts'];

/** Whose a token is, and what it grants. */
export const grantRules: readonly Mutation[] = [
  {
    breaks: 'A listed tenant need not be the one that the token names',
    file: names,
    search: 'return found && claims[first.claim] === found.tenant ?',
    replace: 'return found && claims[first.claim] ?',
    tests: ofNames,
  },
  {
    breaks: 'With any tenant, the tenant in iss need not be the one that the token names',
    file: names,
    search: 'tenant !== undefined && claims[first.claim] === tenant ?',
    replace: 'tenant !== undefined ?',
    tests: ofNames,
  },
  {
    breaks: 'The name of a tenant may be a path',
    file: names,
    search: 'return TENANT.test(tenant) ? tenant : undefined;',
    replace: 'return tenant;',
    tests: ofNames,
  },
  {
    breaks: 'Another spelling of an issuer is another issuer in auth.issuer',
    file: names,
    search: 'spellings.map((spelling) => [spelling, issuer])',
    replace: 'spellings.map((spelling) => [spelling, issuer && spelling])',
    tests: ofNames,
  },
  {
    breaks: 'An alias may be the name of another issuer',
    file: 'lib/sallyport-options.ts',
    search: 'if (shared) throw',
    replace: 'if (shared && issuers.length > 99) throw',
    tests: ofNames,
  },
  {
    breaks: 'Tenants need no owner',
    file: 'lib/sallyport-options.ts',
    search: ' && issuers[0]?.tenants === undefined;',
    replace: ';',
    tests: ofNames,
  },
  {
    breaks: "One tenant's key verifies the tokens of another",
    file: 'lib/tokens/usable-key.ts',
    search: ' || (owner !== undefined && owner !== iss)',
    replace: '',
    tests: ofNames,
  },
  {
    breaks: 'A token whose scopes cannot be read passes',
    file: grants,
    search: 'if (isProblem(scopes)) return scopes;',
    replace: '',
    tests: ofGrants,
  },
  {
    breaks: 'A token whose roles cannot be read passes',
    file: grants,
    search: 'isProblem(roles) ? roles : { scopes, roles }',
    replace: '{ scopes, roles: isProblem(roles) ? [] : roles }',
    tests: ofGrants,
  },
  {
    breaks: "A host's function that throws grants nothing, and lets the token pass",
    file: grants,
    search: '      throw new InternalError({ cause });\n    }\n    if',
    replace: '      return NONE;\n    }\n    if',
    tests: ofGrants,
  },
  {
    breaks: "What a host's function gives is not looked at",
    file: grants,
    search: "|| !members.every((member) => typeof member === 'string')",
    replace: '|| members.length > 99',
    tests: ofGrants,
  },
  {
    breaks: 'A claim below a path is found on the prototype',
    file: 'lib/tokens/claim-at.ts',
    search: 'return Object.hasOwn(holder, name) ? holder[name] : undefined;',
    replace: 'return holder[name];',
    tests: ofGrants,
  },
  {
    breaks: 'A list of roles that holds what is no string counts all the same',
    file: 'lib/tokens/claim-at.ts',
    search: "value.every((member) => typeof member === 'string')",
    replace: 'value.length < 99',
    tests: ofGrants,
  },
];
