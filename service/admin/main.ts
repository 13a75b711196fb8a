import { readEnvFile } from '../config/configure';
import { runAdmin } from './run';

const { stdin, stdout, stderr } = process;

// The reader of the output may close it early, as `head` does.
stdout.on('error', () => process.exit());

readEnvFile();
// The timers of a pending sweep do not keep the process running, so this one does.
const awake = setInterval(() => undefined, 60_000);
void runAdmin(process.argv.slice(2), process.env, {
  stdin,
  print: (text) => void stdout.write(text),
  note: (line) => void stderr.write(`${line}\n`),
}).then((code) => {
  clearInterval(awake);
  process.exitCode = code;
});
