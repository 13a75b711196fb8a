import type { IncomingMessage } from 'node:http';
import { InternalError, InvalidRequestError } from '../errors';
import { WebhookTimeoutError, WebhookTooLargeError } from './errors';

export interface BodyLimits {
  readonly maxBytes: number;
  /** Milliseconds for the whole body. */
  readonly timeoutMs: number;
  /** The name of the middleware, for the error when a body parser is mounted before it. */
  readonly room: string;
}

/** The body as received, since its bytes were signed. A body parser mounted before would have consumed it. */
export function rawBody(
  request: IncomingMessage,
  { maxBytes, timeoutMs, room }: BodyLimits,
): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;

    const end = (settle: () => void): void => {
      clearTimeout(timer);
      request.off('data', take).off('end', whole).off('close', cut).off('error', cut);
      // Discards the rest of the body: a client that is still sending would not read the answer otherwise.
      request.resume();
      settle();
    };
    const fail = (error: Error): void => {
      end(() => {
        reject(error);
      });
    };
    const take = (chunk: Buffer): void => {
      size += chunk.length;
      if (size > maxBytes) fail(new WebhookTooLargeError(maxBytes));
      else chunks.push(chunk);
    };
    const whole = (): void => {
      end(() => {
        resolve(Buffer.concat(chunks));
      });
    };
    const cut = (): void => {
      fail(new InvalidRequestError('The body ended early.'));
    };
    const timer = setTimeout(() => {
      fail(new WebhookTimeoutError());
    }, timeoutMs);

    if (request.readableDidRead) {
      fail(new InternalError({ cause: new Error(`${room} must be mounted before any body parser`) }));
    } else if (Number(request.headers['content-length']) > maxBytes) {
      fail(new WebhookTooLargeError(maxBytes));
    } else if (request.destroyed) {
      cut();
    } else {
      request.on('data', take).on('end', whole).on('close', cut).on('error', cut);
    }
  });
}
