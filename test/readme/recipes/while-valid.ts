import type { IncomingMessage } from 'node:http';
import type { Auth, Sallyport } from 'sallyport';

const MAX_TIMER_MS = 2 ** 31 - 1;

/**
 * Calls `end` once, when the credential of an open connection has expired or was revoked. `request` is one
 * that `port` has let in: its checks count towards no limit. Returns how to stop.
 */
export function whileValid(
  port: Pick<Sallyport<undefined>, 'verify'>,
  request: IncomingMessage,
  { expiresAt }: Auth,
  end: () => void,
  everyMs = 10_000,
): () => void {
  const check = setInterval(() => {
    port.verify(request).catch(finish); // expired, revoked, or it cannot be known
  }, everyMs);
  const left = expiresAt === undefined ? undefined : Math.min(expiresAt * 1000 - Date.now(), MAX_TIMER_MS);
  const expiry = left === undefined ? undefined : setTimeout(finish, left);

  function stop(): void {
    clearInterval(check);
    clearTimeout(expiry);
  }
  function finish(): void {
    stop();
    end();
  }
  return stop;
}
