import type { ExitCode, Io } from '../command';
import { startLocalIssuer, type LocalIssuer, type LocalIssuerOptions } from './local-issuer';

export interface ServeOptions extends LocalIssuerOptions {
  /** Of the token that is shown. */
  readonly claims: Readonly<Record<string, unknown>>;
  readonly json: boolean;
}

/** Stays up until it is stopped. */
export async function serve({ claims, json, ...options }: ServeOptions, io: Io): Promise<ExitCode> {
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
  const shown = { issuer: local.issuer, audience: options.audience, token: local.token(claims) };
  io.print(json ? `${JSON.stringify(shown)}\n` : instructions(shown));
  await io.stopped();
  local.close();
  return 0;
}

interface Shown {
  readonly issuer: string;
  readonly audience: readonly string[];
  readonly token: string;
}

function instructions({ issuer, audience, token }: Shown): string {
  const [name = ''] = audience;
  return `A local issuer is up at ${issuer}, for this machine alone, until Ctrl-C.

Your app trusts it with
  sallyport({ issuer: '${issuer}', audience: '${name}', users: memoryUsers() })
and the service with
  AUTH_ISSUER=${issuer} AUTH_AUDIENCE=${name} npm start

A token of it:
  ${token}

Others, in another terminal:
  npx sallyport token --issuer ${issuer} --sub user_ada --scope "notes:read"
`;
}
