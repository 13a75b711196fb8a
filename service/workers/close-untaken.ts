import type { Worker } from 'node:cluster';

/**
 * Closes the connection that was passed to a worker which died before it accepted it. With round robin, Node passes a
 * worker one connection at a time and keeps it open until the worker confirms it; without a confirmation nothing closes
 * it, and its client waits without end (seen on Node 20, 22 and 24). A client whose connection is closed can send its
 * request again.
 */
export function closeUntaken(worker: Worker): void {
  const child = worker.process;
  const send = child.send.bind(child) as (...args: unknown[]) => boolean;
  let given: Connection | undefined;
  child.send = (message: unknown, ...rest: unknown[]) => {
    if (isConnection(message)) given = rest[0] as Connection | undefined;
    return send(message, ...rest);
  };
  const close = (): void => {
    given?.close();
  };
  child.once('exit', close);
  child.once('disconnect', close);
}

/** Closing it twice does nothing. */
interface Connection {
  close(): void;
}

/** The internal message with which Node passes a connection. */
function isConnection(message: unknown): boolean {
  return typeof message === 'object' && message !== null && 'act' in message && message.act === 'newconn';
}
