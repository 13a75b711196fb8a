import type { mongo } from 'mongoose';
import type { Documents } from './documents';

/** `ConnectionStates.connected` of mongoose. */
const CONNECTED = 1;
/** Between one stream that broke and the next; reads go on each second meanwhile. */
const REOPEN_MS = 5000;
/** "The $changeStream stage is only supported on replica sets": a server that will never have one. */
const UNSUPPORTED = 40_573;

/**
 * Calls `onChange` soon after a collection changed, by a change stream where the server has one. Only a hint: a stream
 * that breaks or falls silent is told to nobody, since whoever listens also reads on their own.
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
    // A stream whose connection is gone cannot be closed in order, and need not be.
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
    // While the host's connection is down the driver would wait with the stream for as long as the host allows.
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
