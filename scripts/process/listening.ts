import type { Readable } from 'node:stream';
import { setTimeout as wait } from 'node:timers/promises';

/** The service says where it listens in its first lines. */
export function addressIn(stdout: Readable): Promise<string> {
  return new Promise((resolve) => {
    let text = '';
    const read = (chunk: Buffer): void => {
      text += chunk.toString();
      const address = /"address":"([^"]+)"/.exec(text)?.[1];
      if (address === undefined) return;
      stdout.off('data', read);
      resolve(address);
    };
    stdout.on('data', read);
  });
}

/** Listening is not yet ready: it reads the issuer's keys first. */
export async function untilReady(url: string): Promise<void> {
  for (let attempt = 0; attempt < 100; attempt += 1) {
    if ((await fetch(`${url}/health/ready`)).ok) return;
    await wait(100);
  }
  throw new Error('The service did not become ready in 10 s.');
}
