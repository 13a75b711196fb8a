import { DEFAULT_CLOCK_TOLERANCE } from '../../options';
import type { RemoteKeysOptions } from '../../keys/remote-keys';
import type { Arguments } from '../arguments';
import type { Command, ExitCode, Io } from '../command';
import type { GivenOptions } from '../given-options';
import { judgeToken } from '../inspect/judge-token';
import { givenOptions, ISSUER_OPTIONS, remoteOptions } from '../issuer-options';
import { readToken, refuseArguments } from '../token-input';
import { UsageError } from '../usage-error';
import { jsonDocument } from '../words/safe-text';
import { painter } from '../words/paint';
import { broken, type Check } from './check';
import { clockCheck } from './clock-check';
import { keyChecks } from './key-checks';
import { reachChecks } from './reach-checks';
import { readIssuer, type Reading } from './read-issuer';
import { shownChecks } from './show-checks';
import { tokenChecks } from './token-checks';

const ABOUT = `Usage: npx sallyport doctor --issuer URL [options] [< token]

Checks a set-up step by step, as sallyport() reads it: name, connection, certificate, status, discovery document, keys,
algorithm and clock; with a token on standard input also what is wrong with that. Each problem is reported with its fix.

  # Can my API verify the tokens of this issuer?
  npx sallyport doctor --issuer https://keycloak.example/realms/demo

  # Why does it answer 401 to this token?
  printf %s "$TOKEN" | npx sallyport doctor --provider auth0 \\
    --issuer https://example.eu.auth0.com/ --audience https://api.example

  # An issuer without discovery document, and one with an authority of your own
  npx sallyport doctor --jwks-uri https://issuer.example/keys
  NODE_EXTRA_CA_CERTS=ca.pem npx sallyport doctor --issuer https://sso.intranet.example

Exit codes: 0 nothing wrong was found, 1 something was, 2 the command line is wrong.
`;

const OPTIONS = Object.fromEntries(Object.entries(ISSUER_OPTIONS).filter(([name]) => name !== 'public-key'));

export const doctor: Command = {
  name: 'doctor',
  summary: 'checks an issuer, and says how to fix what is wrong',
  about: ABOUT,
  options: OPTIONS,
  run: examine,
};

async function examine(args: Arguments, io: Io): Promise<ExitCode> {
  refuseArguments(args, 'doctor');
  const given = givenOptions(args);
  const location = remoteOptions(args, given);
  if (!location) throw new UsageError('Give --issuer, or --jwks-uri where there is no discovery document.');
  const token = io.stdin.isTTY ? undefined : await readToken(io);
  const checks = await allChecks(location, given, token, io);
  if (args.has('json')) {
    const ok = !checks.some(({ outcome }) => outcome === 'broken');
    io.print(jsonDocument({ ok, checks }));
  } else io.print(shownChecks(checks, painter(io.colors)));
  return checks.some(({ outcome }) => outcome === 'broken') ? 1 : 0;
}

async function allChecks(
  location: RemoteKeysOptions,
  given: GivenOptions,
  token: string | undefined,
  { now }: Io,
): Promise<Check[]> {
  let reading: Reading;
  try {
    reading = await readIssuer(location, now);
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    return [broken('address', { says: error.message.replace(/^remoteKeys: /, '') })];
  }
  const judged =
    token === undefined
      ? []
      : tokenChecks(
          await judgeToken(token, { given, keys: reading.failure ? undefined : reading.keys, now }),
          given,
          now(),
        );
  reading.keys.close();
  return [
    ...reachChecks(reading, location),
    ...keyChecks(reading, given.algorithms ?? ['RS256']),
    clockCheck(reading.exchanges, given.clockTolerance ?? DEFAULT_CLOCK_TOLERANCE),
    ...judged,
  ];
}
