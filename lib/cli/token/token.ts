import type { Arguments } from '../arguments';
import type { Command, ExitCode, Io } from '../command';
import { claimOf } from '../issuer-options';
import { PROVIDERS, type Provider } from '../providers';
import { UsageError } from '../usage-error';
import { askIssuer, NoToken } from './ask-issuer';
import { oneOrMany } from './local-issuer';
import { serve } from './serve';

const ABOUT = `Usage: npx sallyport token --serve [options]     a local issuer, until Ctrl-C
       npx sallyport token [options]             a token of it

For testing an API with curl before you have an identity provider. The issuer listens on 127.0.0.1 only. It generates
its keys at start and never stores them. Only apps on this machine can accept its tokens.

  # In one terminal
  npx sallyport token --serve

  # In another: your API, which trusts that issuer, and a request to it
  AUTH_ISSUER=http://127.0.0.1:4000 AUTH_AUDIENCE=test-audience npm start
  curl -H "Authorization: Bearer $(npx sallyport token --sub user_ada)" http://localhost:3000/api/users/me

  # With scopes, with claims of any form, expired
  npx sallyport token --scope "notes:read notes:write" --claim org=acme --claim 'realm_access={"roles":["admin"]}'
  npx sallyport token --claim exp=1

  # Tokens in the format of a provider, and an ID token, which your app must refuse
  npx sallyport token --serve --like keycloak
  npx sallyport token --kind id

Exit codes: 0 there is a token, 1 there is none, 2 the command line is wrong.
`;

const DEFAULT_PORT = 4000;
const AN_HOUR = 3600;

export const token: Command = {
  name: 'token',
  summary: 'starts a local issuer, and makes tokens of it for curl',
  about: ABOUT,
  options: {
    serve: { help: 'Start the local issuer.' },
    like: {
      value: 'NAME',
      help: `With --serve: serve and issue what that provider does: ${PROVIDERS.join(', ')}.`,
    },
    kind: {
      value: 'KIND',
      help: 'Which of its tokens, such as id or refresh. Default: the one that is meant for an API.',
    },
    port: { value: 'PORT', help: 'Where the issuer listens (0: a free port). Default: 4000.' },
    issuer: { value: 'URL', help: 'The issuer to ask. Default: http://127.0.0.1:PORT.' },
    audience: {
      value: 'NAME',
      many: true,
      help: 'The aud. Default: test-audience, or what is usual for --like.',
    },
    sub: { value: 'NAME', help: 'The sub. Default: user_1, or what is usual for --like.' },
    scope: { value: 'SCOPES', help: 'The scope, with spaces between several.' },
    claim: { value: 'NAME=VALUE', many: true, help: 'Any claim; a VALUE that is JSON is taken as JSON.' },
    'expires-in': { value: 'SECONDS', help: 'How long it is valid. Default: 3600.' },
  },
  run: makeToken,
};

async function makeToken(args: Arguments, io: Io): Promise<ExitCode> {
  if (args.positionals.length > 0) throw new UsageError('token takes options only.');
  const port = portOf(args);
  const json = args.has('json');
  const like = providerOf(args);
  const kind = args.text('kind');
  const audience = args.list('audience');
  const lifetime = args.number('expires-in');
  const claims = claimsOf(args);
  if (args.has('serve')) {
    if (args.has('issuer')) throw new UsageError('--serve is the issuer, so it takes no --issuer.');
    const lifetimeSeconds = lifetime ?? AN_HOUR;
    return serve({ port, like, audience, lifetimeSeconds, kind, claims, json }, io);
  }
  if (like)
    throw new UsageError('--like works with --serve only: pass it to the command that starts the issuer.');
  const issuer = args.text('issuer') ?? `http://127.0.0.1:${String(port)}`;
  try {
    const made = await askIssuer(issuer, {
      kind,
      claims: {
        ...(audience && { aud: oneOrMany(audience) }),
        ...(lifetime !== undefined && { exp: Math.floor(io.now() / 1000 + lifetime) }),
        ...claims,
      },
    });
    io.print(json ? `${JSON.stringify({ issuer, token: made })}\n` : `${made}\n`);
    return 0;
  } catch (error) {
    if (!(error instanceof NoToken)) throw error;
    io.note(`${error.message}\n`);
    return 1;
  }
}

function portOf(args: Arguments): number {
  const port = args.number('port') ?? DEFAULT_PORT;
  if (!Number.isInteger(port) || port > 65_535)
    throw new UsageError('--port takes a number from 0 to 65535.');
  return port;
}

function providerOf(args: Arguments): Provider | undefined {
  const name = args.text('like');
  const known = PROVIDERS.find((provider) => provider === name);
  if (name !== undefined && !known) throw new UsageError(`--like takes ${PROVIDERS.join(', ')}.`);
  return known;
}

/** `--claim` overrides `--sub` and `--scope`. */
function claimsOf(args: Arguments): Record<string, unknown> {
  const sub = args.text('sub');
  const scope = args.text('scope');
  return {
    ...(sub !== undefined && { sub }),
    ...(scope !== undefined && { scope }),
    ...Object.fromEntries((args.list('claim') ?? []).map(claimOf)),
  };
}
