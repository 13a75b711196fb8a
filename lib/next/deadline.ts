/** What was waited for came too late. */
export class Overdue extends Error {}

/** The caller's end went away while something was waited for. */
export class ClientGone extends Error {}

/** Ends the wait, not the work: what settles later is dropped. */
export async function within<T>(work: Promise<T>, milliseconds: number, signal?: AbortSignal): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let leave = (): void => undefined;
  const ended = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Overdue()), milliseconds);
    leave = () => reject(new ClientGone());
    if (signal?.aborted) leave();
    signal?.addEventListener('abort', leave, { once: true });
  });
  try {
    return await Promise.race([work, ended]);
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', leave);
  }
}
