import { remoteKeys } from '../../keys/remote-keys';
import type { KeySource } from '../../keys/key-source';
import type { Arguments } from '../arguments';
import type { Command, ExitCode, Io } from '../command';
import type { GivenOptions } from '../given-options';
import { givenOptions, ISSUER_OPTIONS, keysOfFile, remoteOptions } from '../issuer-options';
import { jsonDocument } from '../words/safe-text';
import { painter } from '../words/paint';
import { readToken, refuseArguments } from '../token-input';
import { UsageError } from '../usage-error';
import { judgeToken } from './judge-token';
import { asJson, shown } from './show-judgement';

const ABOUT = `Usage: npx sallyport inspect [options] < token

Decodes a token from standard input and lists which rules of sallyport it passes and breaks. The token is neither
trusted nor stored, and its signature is not printed. Without options no network request is made: the rules
that need an issuer, an audience or keys are then not judged.

  # What is in the token in the clipboard? (macOS: pbpaste, Windows: Get-Clipboard, X11: xclip -o)
  pbpaste | npx sallyport inspect

  # Would my API accept it?
  printf %s "$TOKEN" | npx sallyport inspect --provider auth0 \\
    --issuer https://example.eu.auth0.com/ --audience https://api.example

  # The same without network, with a key in a file
  npx sallyport inspect --issuer https://issuer.example --audience api --public-key key.pem < token.txt

  # The claims alone, for a program
  npx sallyport inspect --json < token.txt | jq .claims

Exit codes: 0 no rule is broken, 1 one is, or the keys cannot be fetched, 2 the command line is wrong.
`;

export const inspect: Command = {
  name: 'inspect',
  summary: 'decodes a token and lists which rules it passes and breaks',
  about: ABOUT,
  options: {
    ...ISSUER_OPTIONS,
    'no-network': { help: 'Never fetch keys, even if --issuer is given.' },
  },
  run: inspectToken,
};

async function inspectToken(args: Arguments, io: Io): Promise<ExitCode> {
  refuseArguments(args, 'inspect');
  const given = givenOptions(args);
  const keys = keysOf(args, given);
  try {
    const token = await readToken(io);
    if (token === undefined)
      throw new UsageError(
        'Standard input has no token. Pass one: printf %s "$TOKEN" | npx sallyport inspect',
      );
    const judgement = await judgeToken(token, { given, keys, now: io.now });
    if (args.has('json')) io.print(jsonDocument(asJson(judgement)));
    else io.print(shown(judgement, given, painter(io.colors), io.now()));
    return judgement.accepted === false || judgement.keysFailure !== undefined ? 1 : 0;
  } finally {
    keys?.close();
  }
}

function keysOf(args: Arguments, given: GivenOptions): KeySource | undefined {
  const ofFile = keysOfFile(args);
  if (ofFile || args.has('no-network')) return ofFile;
  const options = remoteOptions(args, given);
  try {
    return options && remoteKeys(options);
  } catch (error) {
    if (error instanceof TypeError) throw new UsageError(error.message.replace(/^remoteKeys: /, ''));
    throw error;
  }
}
