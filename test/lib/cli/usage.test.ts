import { lines, sallyport } from './support/command-line';

describe('a wrong command line ends with 2, and says what is right', () => {
  it.each([
    ['no command', [], /Usage: npx sallyport COMMAND/],
    ['a misspelt command', ['inspct'], /Did you mean inspect\?/],
    ['a command unlike any', ['frobnicate'], /no such command\.\n/],
    [
      'a misspelt option',
      ['doctor', '--audence', 'x'],
      /Unknown option --audence\. Did you mean --audience\?/,
    ],
    ['an option that was cut short', ['doctor', '--authorized', 'x'], /Did you mean --authorized-party\?/],
    ['an option unlike any', ['doctor', '--frobnicate'], /Unknown option --frobnicate\.\n/],
    ['an option of one letter', ['inspect', '-x'], /Unknown option -x/],
    ['an option without its value', ['inspect', '--issuer'], /--issuer needs a value: --issuer URL/],
    ['an option where a value is due', ['inspect', '--issuer', '--audience', 'x'], /--issuer needs a value/],
    ['an empty value', ['inspect', '--issuer='], /--issuer needs a value/],
    ['a value where none is due', ['inspect', '--json=yes'], /--json takes no value/],
    ['an option twice', ['inspect', '--issuer', 'a', '--issuer', 'b'], /--issuer is given twice/],
    ['a time that is none', ['inspect', '--max-token-age', 'soon'], /--max-token-age needs a number/],
    ['an algorithm that cannot be allowed', ['inspect', '--algorithm', 'HS256'], /--algorithm takes RS256/],
    ['a type that is none', ['inspect', '--type', 'xyz'], /--type takes JWT or at\+jwt/],
    ['a claim without a value', ['inspect', '--claim', 'x'], /--claim needs NAME=VALUE/],
    ['a claim that must be an object', ['inspect', '--claim', 'x={"a":1}'], /--claim needs one value/],
    ['a key file that is not there', ['inspect', '--public-key', '/nowhere'], /the file cannot be read/],
    ['a key file that holds no key', ['inspect', '--public-key', __filename], /expected the PEM/],
    [
      'an issuer that may not be asked',
      ['inspect', '--issuer', 'http://issuer.example'],
      /"issuer" must be an https URL/,
    ],
    ['no token', ['inspect'], /Standard input has no token/],
    ['nobody to examine', ['doctor'], /Give --issuer/],
    ['a port that is none', ['token', '--port', '70000'], /--port takes a number/],
    ['an issuer that is to be and to be asked', ['token', '--serve', '--issuer', 'x'], /takes no --issuer/],
    ['an issuer elsewhere', ['token', '--issuer', 'https://issuer.example'], /local issuer/],
    ['words behind token', ['token', 'please'], /token takes options only/],
    ['words behind doctor', ['doctor', 'please'], /doctor takes options only/],
  ])('%s', async (_name, args, message) => {
    const { code, out, err } = await sallyport(args);
    expect(out + err).toMatch(message);
    expect(code).toBe(2);
  });

  it('options that contradict each other', async () => {
    const { code, err } = await sallyport(
      ['inspect', '--type', 'at+jwt', '--audience', 'none'],
      'eyJhbGciOiJub25lIn0.e30.c2ln',
    );
    expect(err).toContain('"audience" must be given with type "at+jwt"');
    expect(code).toBe(2);
  });
});

describe('a token on the command line', () => {
  const token = 'eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJhIn0.c2lnbmF0dXJl';

  it.each([
    ['inspect', [token]],
    ['doctor', ['--issuer', 'https://issuer.example', token]],
    ['inspect', ['Bearer', token]],
    ['inspect', ['--token', token]],
    ['inspect', [`--${token}`]],
  ])('of %s is refused, with the reason, and not repeated', async (command, args) => {
    const { code, out, err } = await sallyport([command, ...args]);
    expect(code).toBe(2);
    expect(out).toBe('');
    expect(err).not.toContain(token.slice(0, 20));
  });

  it('is said to be known to others', async () => {
    const { err } = await sallyport(['inspect', token]);
    expect(err).toContain("stays in your shell's history");
    expect(err).toContain('printf %s "$TOKEN" | npx sallyport inspect');
  });
});

describe('help', () => {
  it.each([[['--help']], [['help']], [['-h']]])('of %s lists the commands', async (args) => {
    const { code, out } = await sallyport(args);
    expect(code).toBe(0);
    expect(out).toMatch(/inspect .*\n.*doctor .*\n.*token /);
  });

  it.each(['inspect', 'doctor', 'token'])('of %s has examples, options and exit codes', async (command) => {
    const { code, out } = await sallyport([command, '--help']);
    expect(code).toBe(0);
    expect(out).toMatch(/^ {2}# .*\n {2}.*npx sallyport|^ {2}npx sallyport/m);
    expect(out).toContain('Exit codes: 0');
    expect(out).toContain('--json');
    expect(lines(out, 'broken')).toEqual([]);
  });

  it('fits a terminal of 120 columns', async () => {
    for (const command of ['inspect', 'doctor', 'token']) {
      const { out } = await sallyport([command, '--help']);
      expect(out.split('\n').filter((line) => line.length > 120)).toEqual([]);
    }
  });
});
