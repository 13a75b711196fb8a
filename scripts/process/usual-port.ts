import { createServer } from 'node:net';

/** The port that people expect, if nobody has it; else 0, which stands for any. */
export function usualPort(port: number): Promise<number> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', () => {
      resolve(0);
    });
    probe.listen(port, '127.0.0.1', () => {
      probe.close(() => {
        resolve(port);
      });
    });
  });
}
