import type { Worker } from 'node:cluster';

/**
 * Closes the connection that a worker was given and had not taken over when it died. Node's round robin hands a worker one
 * at a time and keeps it open until the worker has confirmed it; where that never comes nobody closes it, and its client
 * would wait for ever (seen on Node 20, 22 and 24). A client whose connection is closed sends its request again.
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

/** Closing one that is closed does nothing. */
interface Connection {
  close(): void;
}

/** What Node's own message around a connection says. */
function isConnection(message: unknown): boolean {
  return typeof message === 'object' && message !== null && 'act' in message && message.act === 'newconn';
}
