#!/usr/bin/env node
import { once } from 'node:events';
import { run } from './run';

const { stdin, stdout, stderr } = process;

// The reader of the output may close it early, as `head` does.
stdout.on('error', () => process.exit());

void run(process.argv.slice(2), {
  stdin,
  print: (text) => void stdout.write(text),
  note: (text) => void stderr.write(text),
  // `hasColors` follows NO_COLOR and FORCE_COLOR.
  colors: stdout.isTTY && stdout.hasColors(),
  now: Date.now,
  stopped: async () => {
    await Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM')]);
  },
}).then((code) => {
  process.exitCode = code;
});
