import { once } from 'node:events';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { replacedWhenStuck } from '../../scripts/database/replaced-when-stuck';
import type { DatabaseServer } from '../../scripts/database/server';
import { databaseUri, hasMongo } from '../support/database-uri';
import { eventually } from '../support/eventually';

/** Accepts connections and answers nothing. */
async function stuckServer() {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => sockets.add(socket.on('error', () => undefined))).listen(
    0,
    '127.0.0.1',
  );
  await once(server, 'listening');
  const stop = jest.fn(async () => {
    for (const socket of sockets) socket.destroy();
    server.close();
    await once(server, 'close');
  });
  const { port } = server.address() as AddressInfo;
  return { name: 'stuck', uri: `mongodb://127.0.0.1:${String(port)}`, stop };
}

it('replaces a server that does not answer, once it is stopped', async () => {
  const stuck = await stuckServer();
  const next = { ...stuck, stop: jest.fn(() => Promise.resolve()) };
  const restart = jest.fn(() => Promise.resolve(next));
  const onReplaced = jest.fn();
  const server = replacedWhenStuck(stuck, restart, onReplaced, { everyMs: 10, answerMs: 300 });
  await eventually(() => onReplaced.mock.calls.length > 0);
  expect(stuck.stop.mock.invocationCallOrder[0]).toBeLessThan(restart.mock.invocationCallOrder[0] ?? 0);
  await server.stop();
  expect(next.stop).toHaveBeenCalled();
});

const withDatabase = hasMongo ? describe : describe.skip;
withDatabase('a server that answers', () => {
  it('stays, until it is stopped', async () => {
    const stop = jest.fn(() => Promise.resolve());
    const given: DatabaseServer = { name: 'well', uri: databaseUri(), stop };
    const restart = jest.fn(() => Promise.resolve(given));
    const server = replacedWhenStuck(given, restart, jest.fn(), { everyMs: 10, answerMs: 30_000 });
    await delay(500);
    expect(stop).not.toHaveBeenCalled();
    await server.stop();
    expect(stop).toHaveBeenCalledTimes(1);
    expect(restart).not.toHaveBeenCalled();
  });
});
