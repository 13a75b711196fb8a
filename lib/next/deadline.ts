/** The timeout of `within` has passed. */
export class Overdue extends Error {}

/** The browser disconnected during a wait. */
export class ClientGone extends Error {}

/** Rejects with `Overdue` or `ClientGone`. The work itself goes on, and its later result is ignored. */
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
