import { sallyport } from './command-line';

/** A local issuer as `token --serve` starts it, and what it printed. */
export async function serving(args: readonly string[] = []) {
  let stop = (): void => undefined;
  const stopped = new Promise<void>((resolve) => {
    stop = resolve;
  });
  let ended: Promise<unknown> = Promise.resolve();
  const printed = await new Promise<string>((resolve) => {
    ended = sallyport(['token', '--serve', '--port', '0', ...args], '', {
      stopped: () => stopped,
      onPrint: resolve,
    });
  });
  const [issuer = ''] = /http:\/\/127\.0\.0\.1:\d+/.exec(printed) ?? [];
  return { issuer, printed, stop: async () => (stop(), ended) };
}
