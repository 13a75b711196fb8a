import { inspect } from 'node:util';
import { leniently } from '../inspect/leniently';
import type { Described } from '../preset-options';
import { presetOf, type Provider } from '../providers';
import type { LocalIssuer } from './local-issuer';

interface Shown {
  readonly kind: string;
  /** The claims that were asked for. */
  readonly claims: Readonly<Record<string, unknown>>;
  readonly token: string;
}

/** How to trust the local issuer and to request tokens, with a first token. */
export function instructions(local: LocalIssuer, like: Provider | undefined, shown: Shown): string {
  const { issuer, kinds, sends } = local;
  const trust = like ? trustLike(like, local, shown.claims) : trustPlain(local);
  const kind = like
    ? ` of kind ${shown.kind}${shown.kind === sends ? ', which is meant for an API' : ''}`
    : '';
  const others = like
    ? `Others, in another terminal, of kind ${kinds.join(', ')}:
  npx sallyport token --issuer ${new URL(issuer).origin} --kind ${kinds.find((other) => other !== sends) ?? sends}`
    : `Others, in another terminal:
  npx sallyport token --issuer ${issuer} --sub user_ada --scope "notes:read"`;
  return `A local issuer is running at ${issuer}, for this machine only. Press Ctrl-C to stop it.

Your app trusts it with
  ${trust.app}
and the service with
  ${trust.service} npm start

A token of it${kind}:
  ${shown.token}

${others}
`;
}

interface Trust {
  readonly app: string;
  /** Environment variables of the service. */
  readonly service: string;
}

function trustPlain({ issuer, audience }: LocalIssuer): Trust {
  const [name = ''] = [audience].flat();
  return {
    app: `sallyport({ issuer: '${issuer}', audience: '${name}', users: memoryUsers() })`,
    service: `AUTH_ISSUER=${issuer} AUTH_AUDIENCE=${name}`,
  };
}

/** For each provider where other clients can get tokens for the same audience: the claim that identifies the client. */
const PINS: Readonly<Partial<Record<Provider, string>>> = { githubActions: 'repository', kubernetes: 'sub' };

/** The settings with the provider's preset, with the same options as `--provider` on the command line. */
function trustLike(like: Provider, local: LocalIssuer, asked: Shown['claims']): Trust {
  const { issuer, audience, sends, tokenOf } = local;
  const [name = ''] = [audience].flat();
  const pin = PINS[like];
  const pinned = pin === undefined ? undefined : leniently(tokenOf(sends, asked)).payload?.[pin];
  const claims = pin === undefined ? undefined : { [pin]: String(pinned) };
  const described: Described = { issuer, audience: name, ...(claims && { claims }) };
  const options = inspect(presetOf(like)?.optionsOf(described), { breakLength: Infinity });
  return {
    app: `sallyport({ ...${like}(${options}), users: memoryUsers() })`,
    service: [
      `AUTH_PROVIDER=${like} AUTH_ISSUER=${issuer}`,
      // Clerk's session tokens have no aud.
      ...(like === 'clerk' ? [] : [`AUTH_AUDIENCE=${name}`]),
      ...(claims ? [`AUTH_REQUIRED_CLAIMS='${JSON.stringify(claims)}'`] : []),
    ].join(' '),
  };
}
