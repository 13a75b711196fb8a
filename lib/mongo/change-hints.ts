import type { mongo } from 'mongoose';
import type { Documents } from './documents';

/** `ConnectionStates.connected` of mongoose. */
const CONNECTED = 1;
/** Wait before a broken stream is opened again; the store is still read each second. */
const REOPEN_MS = 5000;
/** "The $changeStream stage is only supported on replica sets": such a server is not asked again. */
const UNSUPPORTED = 40_573;

/**
 * Calls `onChange` soon after a collection changed, by a change stream where the server supports one. Only a hint:
 * errors of the stream are not reported, since the caller also polls.
 */
export function changeHints<T extends mongo.Document>(
  documents: Documents<T>,
  onChange: () => void,
): () => void {
  let stream: mongo.ChangeStream<T> | undefined;
  let timer: NodeJS.Timeout | undefined;
  let stopped = false;

  function close(): void {
    stream?.removeAllListeners();
    // Closing a stream whose connection is lost fails, which changes nothing.
    stream
      ?.on('error', () => undefined)
      .close()
      .catch(() => undefined);
    stream = undefined;
  }

  function reopen(error: unknown): void {
    close();
    if (stopped || (error as { code?: unknown }).code === UNSUPPORTED) return;
    timer = setTimeout(open, REOPEN_MS).unref();
  }

  function open(): void {
    // Without a connection the driver would wait for the host's `serverSelectionTimeoutMS`.
    const state: number = documents.connection.readyState;
    if (state !== CONNECTED) {
      timer = setTimeout(open, REOPEN_MS).unref();
      return;
    }
    stream = documents.collection().watch<T>([{ $project: { _id: 1 } }], { maxAwaitTimeMS: 1000 });
    stream.on('change', onChange).on('error', reopen);
  }

  open();
  return () => {
    stopped = true;
    clearTimeout(timer);
    close();
  };
}
