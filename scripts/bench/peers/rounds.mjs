import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { load } from './load.mjs';
import { say } from './report.mjs';

/**
 * Sends every server every kind of traffic once a round, in turn, so that a machine that slows down slows all of them.
 * The first round warms up and is not counted. `sliceOf(traffic, round)` says which requests are sent.
 */
export async function inRounds({ servers, traffics, rounds, seconds, sliceOf }) {
  const samples = [];
  for (let round = 0; round <= rounds; round += 1) {
    say(round === 0 ? 'warming up' : `round ${round} of ${rounds}`);
    for (const traffic of traffics) {
      for (const { name, origin } of servers) {
        const slice = { ...sliceOf(traffic, round, name), times: traffic.times };
        const { perSecond, requests, failed } = await load(origin, slice, seconds);
        const ranOut = traffic.unseen && requests > slice.count * traffic.times;
        if (round > 0)
          samples.push({ round, traffic: traffic.name, name, perSecond, valid: failed === 0, ranOut });
      }
    }
  }
  return samples;
}

/** A child process that serves a contender of `module`. */
export function startServer(module, name, given) {
  const child = fork(fileURLToPath(new URL('serve.mjs', import.meta.url)), {
    env: { NODE_ENV: 'production' },
  });
  return new Promise((resolve, reject) => {
    child.once('message', ({ port }) => {
      resolve({ name, origin: `http://127.0.0.1:${port}`, stop: () => child.kill() });
    });
    child.once('exit', (code) => reject(new Error(`${name} ended with exit code ${code}`)));
    child.send({ module, name, given });
  });
}
