import type { Mutation } from '../mutation';

const file = 'lib/tokens/claims.ts';
const list = 'lib/tokens/rules.ts';
const tests = ['test/lib/tokens/differential.test.ts', 'test/unit/token-verification.test.ts'];
const rules = ['test/lib/tokens/claim-rules.test.ts'];

/** What a token whose signature is good must say. */
export const claims: readonly Mutation[] = [
  {
    breaks: 'A token for another audience passes',
    file: list,
    search: 'find: checkAudience }',
    replace: 'find: checkSubject }',
    tests,
  },
  {
    breaks: 'A token for another party passes',
    file: list,
    search: 'find: checkParty }',
    replace: 'find: checkSubject }',
    tests: rules,
  },
  {
    breaks: 'A token without a subject passes',
    file: list,
    search: 'find: checkSubject }',
    replace: 'find: checkAudience }',
    tests,
  },
  {
    breaks: "The host's own rule on claims is not asked",
    file: list,
    search: 'find: checkHost }',
    replace: 'find: checkSubject }',
    tests: rules,
  },
  {
    breaks: 'An expired token passes',
    file,
    search: 'if (exp <= now - clockTolerance)',
    replace: 'if (exp <= now - 86_400)',
    tests,
  },
  {
    breaks: 'exp has no clock tolerance',
    file,
    search: 'if (exp <= now - clockTolerance)',
    replace: 'if (exp <= now)',
    tests: rules,
  },
  {
    breaks: 'nbf has no clock tolerance',
    file,
    search: 'if (nbf > now + clockTolerance)',
    replace: 'if (nbf > now)',
    tests: rules,
  },
  {
    breaks: 'A token that is not valid yet passes',
    file,
    search: 'if (nbf > now + clockTolerance)',
    replace: 'if (nbf > Infinity)',
    tests,
  },
  {
    breaks: 'A token issued in the future passes',
    file,
    search: 'if (iat > now + clockTolerance)',
    replace: 'if (iat > Infinity)',
    tests,
  },
  {
    breaks: 'A token may live longer than revocations are kept',
    file,
    search: '> rules.maxTokenLifetime',
    replace: '> Infinity',
    tests,
  },
  {
    breaks: 'maxTokenAge is not asked',
    file,
    search: 'now - iat > rules.maxTokenAge + rules.clockTolerance',
    replace: 'now - iat > Infinity',
    tests: rules,
  },
  {
    breaks: 'A token that does not say its age passes under maxTokenAge',
    file,
    search: "if (iat === undefined) return problem('too_old'",
    replace: "if (iat === null) return problem('too_old'",
    tests: rules,
  },
  {
    breaks: 'A list of audiences may hold what is no string',
    file,
    search: "Array.isArray(members) && members.every((member) => typeof member === 'string')",
    replace: 'Array.isArray(members)',
    tests,
  },
  {
    breaks: 'A token without exp passes',
    file,
    search: "return claims['exp'] === undefined ?",
    replace: "return claims['exp'] === null ?",
    tests,
  },
  {
    breaks: 'A token may expire at 1e999, which is never',
    file,
    search: '!Number.isFinite(claims[name])',
    replace: "typeof claims[name] !== 'number'",
    tests,
  },
  {
    breaks: 'Names may hold lone surrogates',
    file,
    search: ' && value.isWellFormed()',
    replace: '',
    tests,
  },
  {
    breaks: 'Names may hold control characters',
    file,
    search: ' && !/\\p{Cc}/u.test(value)',
    replace: '',
    tests,
  },
  {
    breaks: 'A scope claim of the wrong type counts as no scope',
    file: 'lib/tokens/scopes.ts',
    search: '!members.every(isScope)) return undefined',
    replace: '!members.every(isScope)) continue',
    tests,
  },
  {
    breaks: 'The issuer is not compared',
    file,
    search: 'names.of(payload) === undefined\n',
    replace: "names.of(payload) === ''\n",
    tests,
  },
  {
    breaks: 'The issuer is compared without case and last slash',
    file: 'lib/tokens/issuer-names.ts',
    search: 'of: ({ iss }) => known.get(iss)',
    replace: "of: ({ iss }) => known.get(String(iss).toLowerCase().replace(/\\/$/, ''))",
    tests,
  },
  {
    breaks: 'A handler may change what a cached token says',
    file: 'lib/tokens/jwt-verifier.ts',
    search: 'const payload = deepFreeze(jws.payload);',
    replace: 'const payload = jws.payload;',
    tests: ['test/lib/verifiers/cached.test.ts', ...tests],
  },
];
