import { Overdue, within } from './deadline';
import type { HeaderNames } from './further-headers';
import { headersBack } from './headers-back';
import type { UpstreamAnswer } from './upstream';

export type BodyEnd = 'ended' | 'idle' | 'reset' | 'client_gone';

export interface Passing {
  readonly requestId: string;
  /** Where the answer comes from. */
  readonly from: URL;
  readonly expose: HeaderNames;
  /** Timeout in milliseconds between two chunks of the service's body. */
  readonly idleMs: number;
  /** The browser's connection. */
  readonly signal: AbortSignal;
  readonly onBodyEnd: (end: BodyEnd) => void;
}

/** The response for the browser: the service's status, the headers that may be passed on, the body as a stream. */
export function answerFrom(upstream: UpstreamAnswer, passing: Passing): Response {
  const { status, headers, body } = upstream.response;
  const init = { status, headers: headersBack(headers, passing) };
  if (body !== null) return new Response(relayed(body, upstream, passing), init);
  upstream.release();
  return new Response(null, init);
}

/** Relays chunk by chunk, as fast as the browser reads. The timeout runs only while the service is waited for. */
function relayed(
  body: ReadableStream<Uint8Array>,
  { abort, release }: UpstreamAnswer,
  { idleMs, signal, onBodyEnd }: Passing,
): ReadableStream<Uint8Array> {
  const reader = body.getReader();
  let over = false;
  const end = (how: BodyEnd): void => {
    // Cancelling the stream also rejects a read that is pending, so `end` may be called twice.
    if (over) return;
    over = true;
    if (how !== 'ended') abort();
    release();
    onBodyEnd(how);
  };
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        try {
          const part = await within(reader.read(), idleMs);
          if (!part.done) {
            controller.enqueue(part.value);
            return;
          }
          controller.close();
          end('ended');
        } catch (error) {
          controller.error(new Error('The service ended its answer too early.'));
          end(signal.aborted ? 'client_gone' : error instanceof Overdue ? 'idle' : 'reset');
        }
      },
      cancel: () => end('client_gone'),
    },
    { highWaterMark: 0 },
  );
}
