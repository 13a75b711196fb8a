import { connect, type Socket } from 'node:net';
import { cleanUp, later, temporaryFolder } from '../../support/clean-up';
import { eventually } from '../../support/eventually';
import { workerWorld, type WorkerWorld } from '../../support/workers';
import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

jest.setTimeout(60_000);

let world: WorkerWorld;
beforeAll(async () => {
  world = await workerWorld();
});
afterEach(() => world.end());
afterAll(cleanUp);

interface Asked {
  readonly socket: Socket;
  answered: boolean;
  closed: boolean;
}

/** Asks over a connection of its own. */
function ask(url: string): Asked {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  later(() => void socket.destroy());
  const asked: Asked = { socket, answered: false, closed: false };
  socket.write('GET /health/live HTTP/1.1\r\nHost: localhost\r\n\r\n');
  socket.on('data', () => (asked.answered = true));
  socket.on('error', () => undefined);
  socket.on('close', () => (asked.closed = true));
  return asked;
}

it('closes the connection that a worker had not taken over when it was killed', async () => {
  const { url, pids } = world.start();
  const address = await url;
  const [first = 0] = pids();
  // A worker that is paused stands for one that dies before it gets to what it was given.
  process.kill(first, 'SIGSTOP');
  const asked = Array.from({ length: 8 }, () => ask(address));
  const open = () => asked.filter(({ answered }) => !answered);
  await eventually(() => open().length === 1);
  process.kill(first, 'SIGKILL');
  await eventually(() => open()[0]!.closed);
  expect(asked.filter(({ answered }) => answered)).toHaveLength(7);
});

const missing = async (url: string): Promise<unknown> => {
  const answer = await world.as(url, 'ada').get('/health/ready');
  return [answer.status, answer.json.code ?? 'ready', ...answer.json.missing];
};
const untilReady = (url: string) =>
  eventually(async () => JSON.stringify(await missing(url)) === '[200,"ready"]');

it('is not ready while one of the workers does not answer, and is again when it does', async () => {
  const { url, pids } = world.start();
  const address = await url;
  await untilReady(address);
  const [first = 0] = pids();
  process.kill(first, 'SIGSTOP');
  // The paused worker is given one connection; the next one goes to the other.
  ask(address);
  ask(address);
  expect(await missing(address)).toEqual([503, 'overloaded', 'worker 1']);
  process.kill(first, 'SIGCONT');
  await untilReady(address);
});

it('is ready with a worker less while that is being replaced, and names it as missing', async () => {
  const { url, pids, listeners } = world.start();
  const address = await url;
  await untilReady(address);
  process.kill(pids()[0]!, 'SIGKILL');
  await eventually(() => pids().length === 3);
  process.kill(pids()[2]!, 'SIGSTOP');
  expect(await missing(address)).toEqual([200, 'ready', '1 of 2 workers']);
  process.kill(pids()[2]!, 'SIGCONT');
  await eventually(() => listeners() === 3);
  await untilReady(address);
});

it('goes on with the others while a replacement cannot start, and tries again', async () => {
  const folder = temporaryFolder();
  const data = join(folder, 'data');
  mkdirSync(data);
  const { service, url, pids, lines, listeners } = world.start({ DATA_DIR: data }, folder);
  const address = await url;
  await untilReady(address);
  const file = join(data, 'data.mdb');
  renameSync(file, join(folder, 'kept'));
  writeFileSync(file, 'no database', { mode: 0o600 });
  process.kill(pids()[0]!, 'SIGKILL');
  await eventually(() => lines().filter(({ msg }) => msg === 'cannot start').length === 2);
  expect((await world.as(address, 'ada').get('/health/live')).status).toBe(200);
  rmSync(file);
  renameSync(join(folder, 'kept'), file);
  await eventually(() => listeners() === 3);
  await untilReady(address);
  service.kill('SIGTERM');
  expect(await service.ended).toEqual({ code: 0, signal: null });
});
