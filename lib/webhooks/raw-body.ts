import type { IncomingMessage } from 'node:http';
import { InternalError, InvalidRequestError } from '../errors';
import { WebhookTimeoutError, WebhookTooLargeError } from './errors';

export interface BodyLimits {
  readonly maxBytes: number;
  /** Milliseconds for the whole body. */
  readonly timeoutMs: number;
  /** The middleware that reads it, for the host whose body parser stands before it. */
  readonly room: string;
}

/** The body byte by byte, since that is what was signed: a parser that ran before would have eaten it. */
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
      // What is left flows by unread, so that the answer reaches a sender who is still sending.
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
