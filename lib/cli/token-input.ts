import type { Io } from './command';
import type { Arguments } from './arguments';
import { UsageError } from './usage-error';

/** Longer than any token; longer input is refused. */
const MAX_CHARACTERS = 1_000_000;
/** Milliseconds after which a note says that the command waits for a token. */
const PATIENCE = 2000;

/**
 * Reads a token from standard input, and removes a leading `Authorization:` and `Bearer`. Undefined for empty input.
 */
export async function readToken(io: Io): Promise<string | undefined> {
  const told = setTimeout(() => {
    io.note('Waiting for a token on standard input. Without one: < /dev/null\n');
  }, PATIENCE);
  let text = '';
  try {
    for await (const chunk of io.stdin) {
      text += typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString('latin1');
      if (text.length > MAX_CHARACTERS) throw new UsageError('Standard input holds more than a token.');
    }
  } finally {
    clearTimeout(told);
  }
  const token = text.trim().replace(/^(?:authorization:\s*)?bearer\s+/i, '');
  return token === '' ? undefined : token;
}

/** A token in the arguments stays in the shell's history and is shown in the list of processes. */
export function refuseArguments({ positionals }: Arguments, command: string): void {
  if (positionals.length === 0) return;
  if (!positionals.some(isTokenLike)) throw new UsageError(`${command} takes options only.`);
  throw new UsageError(
    `${command} reads a token from standard input alone. On the command line it stays in your shell's history and\n` +
      'shows in the list of processes, so treat this one as known to others. Instead:\n' +
      `  printf %s "$TOKEN" | npx sallyport ${command}`,
  );
}

function isTokenLike(text: string): boolean {
  return text.length > 40 || /^(eyJ|bearer\b|sp_)/i.test(text);
}

/** Guesses what a text that is not a JWT is, as a sentence for the user; undefined if nothing is recognized. */
export function guess(text: string): string | undefined {
  if (text.startsWith('{'))
    return 'This is JSON: the answer of a token endpoint? Give its access_token alone.';
  if (text.startsWith('sp_')) return 'This is an API key, which is no token: send it as X-API-Key.';
  const parts = text.split('.').length;
  if (parts === 5) return 'This is an encrypted token (JWE): only its recipient can decrypt it.';
  if (parts !== 1) return undefined;
  return 'This is an opaque token: only its issuer can read it. Auth0 gives one where the request names no audience.';
}
