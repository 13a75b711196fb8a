import type { RequestHandler } from 'express';
import { refuseUnknown } from '../options';
import { authOf } from '../passage/proof';
import type { Verify } from '../middleware/verify';

export interface EndStreamsOptions {
  /** Verifies the request's credential again: `port.verify`. */
  readonly verify: Verify;
  /** Seconds between two checks of one stream. Default 10. */
  readonly everySeconds?: number;
}

const MAX_TIMER_MS = 2 ** 31 - 1;

/**
 * Ends a response that stays open, such as the stream of an MCP session, once its credential has expired, is revoked, or
 * can no longer be verified (an outage too). Mount it after `sallyport()`, for GET.
 *
 * @example
 * app.get('/mcp', port, endStreams({ verify: port.verify }), listNotes);
 *
 * @throws {TypeError} at mount, for an option that is unknown, missing or out of range.
 */
export function endStreams(options: EndStreamsOptions): RequestHandler {
  refuseUnknown('endStreams', options, ['verify', 'everySeconds']);
  const { verify, everySeconds = 10 } = options;
  if (typeof verify !== 'function') throw new TypeError('endStreams: "verify" must be port.verify');
  if (!(everySeconds > 0 && everySeconds * 1000 <= MAX_TIMER_MS))
    throw new TypeError('endStreams: "everySeconds" must be more than 0');

  return function endStream(request, response, next) {
    const { expiresAt } = authOf(request);
    const end = (): void => void response.destroy();
    const check = setInterval(() => {
      // Any rejection ends it, a 429 too: a credential that was accepted with this request is judged again without limits.
      verify(request).catch(end);
    }, everySeconds * 1000);
    const left = expiresAt === undefined ? MAX_TIMER_MS : expiresAt * 1000 - Date.now();
    const expiry = setTimeout(
      () => {
        if (left <= MAX_TIMER_MS) end();
      },
      Math.max(0, Math.min(left, MAX_TIMER_MS)),
    );
    response.once('close', () => {
      clearInterval(check);
      clearTimeout(expiry);
    });
    next();
  };
}
