import type { Mutation } from '../mutation';

const cached = 'lib/verifiers/cached.ts';
const index = 'lib/revocations/revocation-index.ts';
const cachedTests = ['test/lib/verifiers/cached.test.ts'];
const feed = ['test/lib/revocations/feed', 'test/lib/verifiers/revocable.test.ts'];

/** The cache, and what is asked after it. */
export const revocations: readonly Mutation[] = [
  {
    breaks: 'The cache repeats an answer past exp',
    file: 'lib/verifiers/verdicts.ts',
    search: 'Math.min(from + seconds * 1000, endOf(auth))',
    replace: 'from + seconds * 1000',
    tests: cachedTests,
  },
  {
    breaks: 'The cache takes one token for another that begins alike',
    file: cached,
    search: "hash('sha256', credential, 'base64url')",
    replace: "hash('sha256', credential.slice(0, 60), 'base64url')",
    tests: cachedTests,
  },
  {
    breaks: 'The cache repeats an answer whose key was withdrawn',
    file: 'lib/verifiers/verdicts.ts',
    search: ' && holds(entry.auth)',
    replace: '',
    tests: cachedTests,
  },
  {
    breaks: 'A token that comes many times at once is verified as often',
    file: cached,
    search: 'const flight = flights.get(key);',
    replace: 'const flight = undefined as Promise<Auth> | undefined;',
    tests: cachedTests,
  },
  {
    breaks: 'The cache remembers that a key is unknown',
    file: 'lib/verifiers/verdicts.ts',
    search: "'signature', 'expired'])",
    replace: "'signature', 'expired', 'unknown_key'])",
    tests: cachedTests,
  },
  {
    breaks: 'A later 401 hides that an issuer is down',
    file: 'lib/verifiers/first-of.ts',
    search: 'throw outage ?? refusal;',
    replace: 'throw refusal ?? outage;',
    tests: ['test/lib/verifiers/first-of.test.ts'],
  },
  {
    breaks: 'revocable asks nobody',
    file: 'lib/verifiers/revocable.ts',
    search: '    revocations.check(auth);\n',
    replace: '',
    tests: feed,
  },
  {
    breaks: 'The chain leaves revocation out',
    file: 'lib/sallyport.ts',
    search: 'return revocations ? revocable(verifier, revocations) : verifier;',
    replace: 'return verifier;',
    tests: ['test/lib/sallyport.test.ts', 'test/service/revocations.test.ts'],
  },
  {
    breaks: 'Requests pass while nobody knows what was revoked',
    file: 'lib/revocations/feed.ts',
    search: '        throw new RevocationsUnavailableError();\n      }\n      const by',
    replace: '      }\n      const by',
    tests: feed,
  },
  {
    breaks: 'An own revocation acts only when it is read again',
    file: 'lib/revocations/feed.ts',
    search: 'take(await write(targets));',
    replace: 'await write(targets);',
    tests: feed,
  },
  {
    breaks: 'A revoked session goes on',
    file: index,
    search: "      if (live(ofIssuer.sid, auth.payload['sid'])) return 'sid';\n",
    replace: '',
    tests: feed,
  },
  {
    breaks: 'A revoked token goes on',
    file: index,
    search: "      if (live(ofIssuer.token, provenance?.fingerprint)) return 'token';\n",
    replace: '',
    tests: feed,
  },
  {
    breaks: 'A revoked jti goes on',
    file: index,
    search: "      if (live(ofIssuer.jti, auth.payload.jti)) return 'jti';\n",
    replace: '',
    tests: feed,
  },
  {
    breaks: 'A revoked API key goes on',
    file: index,
    search: "      if (live(ofIssuer.key, provenance?.keyId)) return 'key';\n",
    replace: '',
    tests: feed,
  },
  {
    breaks: 'A revoked subject goes on with a token that does not say its age',
    file: index,
    search: 'return given === undefined || given * 1000',
    replace: 'return given !== undefined && given * 1000',
    tests: feed,
  },
  {
    breaks: 'Revoking a subject has no clock tolerance',
    file: index,
    search: 'subject.at + toleranceMs)',
    replace: 'subject.at)',
    tests: feed,
  },
  {
    breaks: 'A repeated revocation ends sooner than the first',
    file: 'lib/revocations/memory-revocations.ts',
    search: 'Math.max(added.until, before?.until ?? 0)',
    replace: 'added.until',
    tests: ['test/lib/revocations/memory-revocations.test.ts'],
  },
  {
    breaks: 'A revoked token passes within the clock tolerance of its end',
    file: 'lib/revocations/retention.ts',
    search: 'return expiresAt * 1000 + retention.toleranceMs + ROUNDING_MS',
    replace: 'return expiresAt * 1000',
    tests: ['test/lib/revocations/feed'],
  },
  {
    breaks: 'The cache repeats an answer past maxTokenAge',
    file: 'lib/verifiers/verdicts.ts',
    search: 'provenanceOf(auth)?.validUntil ?? Infinity',
    replace: 'Infinity',
    tests: cachedTests,
  },
  {
    breaks: 'A wall clock that is set ahead ends revocations',
    file: 'lib/revocations/feed-clock.ts',
    search: '      return least + time;',
    replace: '      return wall();',
    tests: feed,
  },
  {
    breaks: 'A wall clock that was ahead at the start ends revocations for good',
    file: 'lib/revocations/feed.ts',
    search: 'age >= BEHIND_MS || isIncomplete()',
    replace: 'age >= BEHIND_MS',
    tests: feed,
  },
  {
    breaks: 'An instance whose clock is wrong forgets for all',
    file: 'lib/revocations/feed.ts',
    search: 'writes.removeExpired(over - CLEAN_GRACE_MS)',
    replace: 'writes.removeExpired(clock.wall())',
    tests: feed,
  },
];
