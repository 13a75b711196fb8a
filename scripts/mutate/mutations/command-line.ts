import type { Mutation } from '../mutation';

const server = 'lib/cli/token/loopback-server.ts';
const judging = 'lib/cli/inspect/judge-token.ts';
const tokens = ['test/lib/cli/token.test.ts'];
const inspecting = ['test/lib/cli/inspect.test.ts'];

/** What is printed for a person at a terminal, and who gets a token of the local issuer. */
export const commandLine: readonly Mutation[] = [
  {
    breaks: 'A token can steer the terminal of whoever inspects it',
    file: 'lib/cli/words/safe-text.ts',
    search: '.replace(CONTROLS, escaped)',
    replace: '',
    tests: inspecting,
  },
  {
    breaks: 'A token can steer the terminal by the JSON of its claims',
    file: 'lib/cli/words/safe-text.ts',
    search: 'JSON.stringify(shallow(value)).replace(UNSHOWN, escaped)',
    replace: 'JSON.stringify(shallow(value))',
    tests: inspecting,
  },
  {
    breaks: 'The command line repeats a token that stands on it',
    file: 'lib/cli/arguments.ts',
    search: 'if (rawName.length > MAX_NAME)',
    replace: 'if (rawName.length < 0)',
    tests: ['test/lib/cli/usage.test.ts'],
  },
  {
    breaks: 'inspect says that a token is accepted which the verifier refuses',
    file: judging,
    search: 'findings.some(isBroken) ? false :',
    replace: 'findings.every(isBroken) ? false :',
    tests: inspecting,
  },
  {
    breaks: 'inspect says that a signature is good which it did not check',
    file: 'lib/cli/inspect/key-findings.ts',
    search: 'const signature: Finding = isSigned',
    replace: 'const signature: Finding = typeof isSigned',
    tests: inspecting,
  },
  {
    breaks: 'inspect and doctor accept what the preset of the provider refuses',
    file: 'lib/cli/providers.ts',
    search: 'return { ...rules, ...others };',
    replace: 'return { ...given };',
    tests: ['test/lib/cli/providers.test.ts'],
  },
  {
    breaks: 'inspect and doctor leave out an audience that is given beside the one of Supabase',
    file: 'lib/cli/preset-options.ts',
    search: '...(described.audience.length > 0 &&',
    replace: '...(described.audience.length < 0 &&',
    tests: ['test/lib/cli/providers.test.ts'],
  },
  {
    breaks: 'The local issuer is reached from other machines',
    file: server,
    search: "listen(port, '127.0.0.1')",
    replace: 'listen(port)',
    tests: tokens,
  },
  {
    breaks: 'Pages in a browser get tokens of the local issuer',
    file: server,
    search: 'return origin === undefined &&',
    replace: 'return',
    tests: tokens,
  },
  {
    breaks: 'Pages in a browser get tokens of the local issuer by a name of their own',
    file: server,
    search: '^(127\\.0\\.0\\.1|localhost)(:\\d+)?$',
    replace: '.',
    tests: tokens,
  },
  {
    breaks: 'token asks for tokens of an issuer elsewhere',
    file: 'lib/cli/token/ask-issuer.ts',
    search: "if (keyAddress(issuer, NO_PLAIN_HOSTS)?.protocol !== 'http:')",
    replace: 'if (keyAddress(issuer, NO_PLAIN_HOSTS) === undefined)',
    tests: ['test/lib/cli/usage.test.ts'],
  },
  {
    breaks: 'What answers in place of a local issuer can steer the terminal of whoever asks it',
    file: 'lib/cli/token/ask-issuer.ts',
    search: 'PROBLEM.test(text)',
    replace: 'PROBLEM.source',
    tests: tokens,
  },
  {
    breaks: 'What is no token is printed as one of a kind that may be opaque',
    file: 'lib/cli/token/ask-issuer.ts',
    search: '(kind === undefined ? JWT : OPAQUE).test(text)',
    replace: '(kind === undefined ? JWT : /./).test(text)',
    tests: tokens,
  },
];
