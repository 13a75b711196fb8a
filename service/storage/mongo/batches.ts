interface Waiting<T, R> {
  readonly item: T;
  readonly resolve: (result: R) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Runs the items of one key one batch at a time: items that arrive during a batch form the next one, since concurrent
 * transactions of one key would conflict. `run` returns a result for each item, in the same order.
 */
export function batches<T, R>(
  run: (key: string, items: readonly T[]) => Promise<readonly R[]>,
  maxItems: number,
): (key: string, item: T) => Promise<R> {
  const waiting = new Map<string, Waiting<T, R>[]>();

  async function drain(key: string, queue: Waiting<T, R>[]): Promise<void> {
    while (queue.length > 0) {
      const batch = queue.splice(0, maxItems);
      try {
        const results = await run(
          key,
          batch.map(({ item }) => item),
        );
        for (const [n, { resolve }] of batch.entries()) resolve(results[n] as R);
      } catch (error) {
        for (const { reject } of batch) reject(error);
      }
    }
    waiting.delete(key);
  }

  return (key, item) =>
    new Promise((resolve, reject) => {
      const queue = waiting.get(key) ?? [];
      queue.push({ item, resolve, reject });
      if (waiting.has(key)) return;
      waiting.set(key, queue);
      void drain(key, queue);
    });
}
