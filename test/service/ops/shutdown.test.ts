import { createServer, get, Agent, type IncomingMessage } from 'node:http';
import { connect, type AddressInfo } from 'node:net';
import express from 'express';
import { problemDetails } from 'sallyport';
import { closeConnections, createLifecycle, refuseWhileClosing } from '../../../service/ops/lifecycle';
import { createLogger } from '../../../service/ops/logger';
import { shutDown } from '../../../service/ops/shutdown';
import { cleanUp, later } from '../../support/clean-up';

afterAll(cleanUp);

/** A server whose `/slow` waits for `finish()`. */
async function startStoppable(graceSeconds: number) {
  const lifecycle = createLifecycle();
  const released: string[] = [];
  let finish: () => void = () => undefined;
  let arrived: () => void;
  const slowArrived = new Promise<void>((resolve) => (arrived = resolve));
  const app = express().use(closeConnections(lifecycle), refuseWhileClosing(lifecycle));
  app.get('/slow', (_request, response) => {
    finish = () => void response.end('done');
    arrived();
  });
  app.get('/', (_request, response) => void response.end('ok'));
  app.use(problemDetails());
  const server = createServer({ keepAliveTimeout: 60_000 }, app).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  later(() => server.close().closeAllConnections());
  const { port } = server.address() as AddressInfo;
  const logger = createLogger('silent', { write: () => undefined });
  const release = async () => void released.push('released');
  const stop = (waitFirst: boolean) =>
    shutDown({ server, lifecycle, graceSeconds, release, logger }, waitFirst);
  return {
    url: `http://127.0.0.1:${port}`,
    port,
    server,
    lifecycle,
    released,
    stop,
    slowArrived,
    finish: () => finish(),
  };
}

function fetchOver(agent: Agent, url: string): Promise<{ message: IncomingMessage; text: string }> {
  return new Promise((resolve, reject) => {
    get(url, { agent }, (message) => {
      let text = '';
      message
        .on('data', (chunk: Buffer) => (text += chunk.toString()))
        .on('end', () => resolve({ message, text }));
    }).on('error', reject);
  });
}

it('lets what is in flight finish, and only then releases the store', async () => {
  const service = await startStoppable(600);
  const agent = new Agent({ keepAlive: true });
  const slow = fetchOver(agent, `${service.url}/slow`);
  await service.slowArrived;
  const stopped = service.stop(false);
  await expect(fetch(service.url)).rejects.toThrow();
  expect(service.released).toEqual([]);
  service.finish();
  expect((await slow).text).toBe('done');
  await stopped;
  expect(service.released).toEqual(['released']);
  agent.destroy();
});

it('does not wait for connections that are open and idle', async () => {
  const service = await startStoppable(600);
  const agent = new Agent({ keepAlive: true });
  await fetchOver(agent, service.url);
  await service.stop(false);
  expect(service.released).toEqual(['released']);
  agent.destroy();
});

it('serves on while it drains, and tells every caller to connect anew', async () => {
  const service = await startStoppable(600);
  service.lifecycle.enter('draining');
  const response = await fetch(service.url);
  expect([response.status, response.headers.get('connection')]).toEqual([200, 'close']);
});

it('refuses with 503 draining what comes late on a connection that is still busy', async () => {
  const service = await startStoppable(600);
  let received = '';
  const socket = connect(service.port, '127.0.0.1');
  socket.on('data', (chunk: Buffer) => (received += chunk.toString()));
  const closed = new Promise((resolve) => socket.once('close', resolve));
  socket.write('GET /slow HTTP/1.1\r\nHost: x\r\n\r\n');
  await service.slowArrived;
  const stopped = service.stop(false);
  socket.write('GET / HTTP/1.1\r\nHost: x\r\n\r\n');
  // The second request is read, and refused, before the first is answered.
  await new Promise((resolve) => setTimeout(resolve, 200));
  service.finish();
  await closed;
  await stopped;
  expect(received).toContain('done');
  expect(received).toContain('"code":"draining"');
  expect(received).toMatch(/Retry-After: 1\r\n/);
});

it('cuts off what outlasts the grace time', async () => {
  const service = await startStoppable(0.2);
  const slow = fetchOver(new Agent(), `${service.url}/slow`);
  slow.catch(() => undefined);
  await service.slowArrived;
  await service.stop(true);
  await expect(slow).rejects.toThrow();
  expect(service.released).toEqual(['released']);
});
