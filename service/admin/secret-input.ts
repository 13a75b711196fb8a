import { UsageError } from './arguments';
import type { SecretInput } from './command';

const MAX_CHARACTERS = 100_000;

export type Stdin = AsyncIterable<Uint8Array | string> & { readonly isTTY?: boolean | undefined };

/** Reads a secret from standard input, where it is not visible in the list of processes or the shell's history. */
export function secretInput(stdin: Stdin, note: (line: string) => void): SecretInput {
  return {
    async read(what) {
      if (stdin.isTTY) note(`Paste ${what}, then press Enter and Ctrl-D.`);
      let text = '';
      for await (const chunk of stdin) {
        text += typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString('latin1');
        if (text.length > MAX_CHARACTERS) throw new UsageError(`Standard input holds more than ${what}.`);
      }
      const secret = text.trim().replace(/^(?:authorization:\s*)?bearer\s+/i, '');
      if (secret === '') throw new UsageError(`Standard input is empty: give ${what} there.`);
      return secret;
    },
  };
}
