import { readEnvFile } from '../config/configure';
import { runAdmin } from './run';

const { stdin, stdout, stderr } = process;

// Whoever reads the output may leave before its end, as `head` does.
stdout.on('error', () => process.exit());

readEnvFile();
// Sweeping behind an erasure waits on timers that keep no process up.
const awake = setInterval(() => undefined, 60_000);
void runAdmin(process.argv.slice(2), process.env, {
  stdin,
  print: (text) => void stdout.write(text),
  note: (line) => void stderr.write(`${line}\n`),
}).then((code) => {
  clearInterval(awake);
  process.exitCode = code;
});
