import { keyAddress } from '../../keys/key-address';
import { NO_PLAIN_HOSTS } from '../../keys/plain-hosts';
import { UsageError } from '../usage-error';
import { MINT_PATH } from './local-issuer';

/** Why there is no token, for people. */
export class NoToken extends Error {}

const TIMEOUT = 5000;

/** Has a local issuer make a token. Throws `NoToken`, and a `UsageError` for an address that is not on this machine. */
export async function askIssuer(issuer: string, claims: Readonly<Record<string, unknown>>): Promise<string> {
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
  const response = await fetch(new URL(MINT_PATH, issuer), init).catch(() => {
    throw new NoToken(
      `No local issuer answers at ${issuer}. Start one in another terminal: npx sallyport token --serve`,
    );
  });
  const text = await response.text();
  if (response.status !== 200 || !/^[\w-]+\.[\w-]+\.[\w-]+$/.test(text)) {
    throw new NoToken(`What answers at ${issuer} is not a local issuer of "npx sallyport token --serve".`);
  }
  return text;
}
