import { keyAddress } from '../../keys/key-address';
import { NO_PLAIN_HOSTS } from '../../plain-hosts';
import { UsageError } from '../usage-error';
import { MINT_PATH } from './local-issuer';

/** The token could not be obtained. The message is for the user. */
export class NoToken extends Error {}

const TIMEOUT = 5000;
const JWT = /^[\w-]+\.[\w-]+\.[\w-]+$/;
/** For a kind that may be opaque: the characters of RFC 6750 section 2.1. */
const OPAQUE = /^[\w.~+/=-]{8,4096}$/;
/** Text without control characters, so that it cannot send commands to the terminal. */
const PROBLEM = /^There is no such token: [\w :;,."+-]{1,400}$/;

export interface Wanted {
  /** Undefined: the kind that is meant for an API. */
  readonly kind: string | undefined;
  readonly claims: Readonly<Record<string, unknown>>;
}

/**
 * Requests a token from a local issuer. Throws `NoToken`, or a `UsageError` for an address that is not on this machine.
 */
export async function askIssuer(issuer: string, { kind, claims }: Wanted): Promise<string> {
  if (keyAddress(issuer, NO_PLAIN_HOSTS)?.protocol !== 'http:') {
    throw new UsageError('--issuer takes the address of a local issuer, such as http://127.0.0.1:4000');
  }
  const init = {
    method: 'POST',
    body: JSON.stringify(claims),
    headers: { 'content-type': 'application/json' },
    redirect: 'manual',
    signal: AbortSignal.timeout(TIMEOUT),
  } as const;
  const address = new URL(MINT_PATH, issuer);
  if (kind !== undefined) address.searchParams.set('kind', kind);
  const response = await fetch(address, init).catch(() => {
    throw new NoToken(
      `No local issuer answers at ${issuer}. Start one in another terminal: npx sallyport token --serve`,
    );
  });
  const text = await response.text();
  if (response.status === 400 && PROBLEM.test(text)) throw new NoToken(text);
  if (response.status !== 200 || !(kind === undefined ? JWT : OPAQUE).test(text)) {
    throw new NoToken(
      `The server at ${issuer} is not a local issuer. Start one on another port: npx sallyport token --serve --port 4001`,
    );
  }
  return text;
}
