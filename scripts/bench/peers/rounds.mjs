import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { cpuOf } from './cpu.mjs';
import { load } from './load.mjs';
import { say } from './report.mjs';

/**
 * Sends every server every kind of traffic once a round, in turn, so that a machine that slows down slows all of them.
 * The first round warms up, with all traffics or those of `warmUp`, and is not counted. `sliceOf(traffic, round)` says which
 * requests are sent.
 */
export async function inRounds({ servers, traffics, warmUp = traffics, rounds, seconds, sliceOf }) {
  const samples = [];
  for (let round = 0; round <= rounds; round += 1) {
    say(round === 0 ? 'warming up' : `round ${round} of ${rounds}`);
    for (const traffic of round === 0 ? warmUp : traffics) {
      for (const { name, origin, pid } of servers) {
        const slice = { ...sliceOf(traffic, round, name), times: traffic.times };
        const before = cpuOf(pid);
        const { perSecond, requests, failed } = await load(origin, slice, seconds);
        const cpu = before === undefined ? undefined : (cpuOf(pid) - before) / requests;
        const ranOut = traffic.unseen && requests > slice.count * traffic.times;
        const valid = failed === 0;
        if (round > 0) samples.push({ round, traffic: traffic.name, name, perSecond, cpu, valid, ranOut });
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
      resolve({ name, origin: `http://127.0.0.1:${port}`, pid: child.pid, stop: () => child.kill() });
    });
    child.once('exit', (code) => reject(new Error(`${name} ended with exit code ${code}`)));
    child.send({ module, name, given });
  });
}
