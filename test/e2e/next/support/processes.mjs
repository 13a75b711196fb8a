import { spawn } from 'node:child_process';
import { createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

export async function freePort() {
  const server = createServer();
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address();
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** Runs a command to its end; its output is shown only when it fails. */
export async function run(command, args, { cwd, env = process.env } = {}) {
  const child = spawn(command, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] });
  const output = collect(child);
  const code = await new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  if (code !== 0) throw new Error(`${command} ${args.join(' ')} ended with ${code}\n${output()}`);
  return output();
}

/** Starts a server and waits until `url` answers. `output` is all it has printed. */
export async function serve(command, args, { cwd, env, url }) {
  const child = spawn(command, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] });
  const output = collect(child);
  let ended;
  const end = new Promise((resolve) => child.once('close', resolve));
  void end.then((code) => {
    ended = code ?? 'a signal';
  });
  for (let tries = 0; !(await answers(url)); tries += 1) {
    if (ended !== undefined || tries > 300) throw new Error(`${args.join(' ')} did not start\n${output()}`);
    await sleep(100);
  }
  return {
    output,
    async stop() {
      child.kill('SIGINT');
      const kill = setTimeout(() => child.kill('SIGKILL'), 5000);
      await end;
      clearTimeout(kill);
    },
  };
}

async function answers(url) {
  try {
    const response = await fetch(url, { redirect: 'manual' });
    await response.body?.cancel();
    return response.status < 500;
  } catch {
    return false;
  }
}

function collect(child) {
  const chunks = [];
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => chunks.push(chunk));
  return () => Buffer.concat(chunks).toString();
}
