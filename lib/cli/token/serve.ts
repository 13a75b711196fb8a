import type { ExitCode, Io } from '../command';
import { UsageError } from '../usage-error';
import { instructions } from './instructions';
import { mintProblem, startLocalIssuer, type LocalIssuer, type LocalIssuerOptions } from './local-issuer';

export interface ServeOptions extends LocalIssuerOptions {
  /** Kind of the token that is shown; undefined: the one that is meant for an API. */
  readonly kind: string | undefined;
  readonly claims: Readonly<Record<string, unknown>>;
  readonly json: boolean;
}

/** Runs until the user stops it. */
export async function serve({ kind, claims, json, ...options }: ServeOptions, io: Io): Promise<ExitCode> {
  let local: LocalIssuer;
  try {
    local = await startLocalIssuer(options);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    io.note(
      `The local issuer cannot listen on port ${String(options.port)} (${String(code)}). Give another --port.\n`,
    );
    return 1;
  }
  try {
    const shown = { kind: kind ?? local.sends, claims, token: local.tokenOf(kind ?? local.sends, claims) };
    io.print(json ? forPrograms(local, shown.token) : instructions(local, options.like, shown));
    await io.stopped();
    return 0;
  } catch (error) {
    if (error instanceof TypeError) throw new UsageError(mintProblem(error));
    throw error;
  } finally {
    local.close();
  }
}

function forPrograms({ issuer, audience, kinds }: LocalIssuer, token: string): string {
  return `${JSON.stringify({ issuer, audience: [audience].flat(), kinds, token })}\n`;
}
