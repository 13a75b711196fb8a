import { setTimeout as wait } from 'node:timers/promises';
import { openConnections, type Connections } from '../connections';
import { seen, type Scenario } from '../scenario';
import { meanwhile } from '../tally';

const PROMPT_MS = 3000;

export const slowClients: Scenario = {
  name: 'slow-clients',
  done: 'one user sends 60 bodies by halves and reads nothing of 60 lists; 200 strangers send headers byte by byte; 50 hang up halfway; MAX_IN_FLIGHT is 100',
  promised: 'another user is served all the while, promptly',
  async run(world) {
    const { url } = await world.start({ env: { MAX_IN_FLIGHT: '100' } });
    const [ada, mallory] = [world.as('ada'), world.as('mallory')];
    for (let n = 0; n < 10; n += 1) await mallory.save(200_000);
    const own = `Host: x\r\nAuthorization: Bearer ${world.issuer.token({ sub: 'mallory' })}\r\n`;
    const open: Connections[] = [];
    const beSlow = async (): Promise<void> => {
      const save = `POST /api/user_modules/save HTTP/1.1\r\n${own}Content-Type: application/json\r\nContent-Length: 99\r\n\r\n{`;
      open.push(await openConnections(url, 60, { first: save }));
      open.push(
        await openConnections(url, 60, {
          first: `GET /api/user_modules/user/mallory HTTP/1.1\r\n${own}\r\n`,
          reads: false,
        }),
      );
      open.push(await openConnections(url, 200, { first: 'GET / HTTP/1.1\r\nX-Slow: ', dripMs: 300 }));
      const halfway = await openConnections(url, 50, { first: 'POST /api/keys HTTP/1.1\r\nHost: x\r\n' });
      halfway.end();
      await wait(5000);
    };
    const answers = await meanwhile(() => ada.save(), beSlow());
    for (const connections of open) connections.destroy();
    return seen(answers.onlyHas('201') && answers.slowestMs < PROMPT_MS, answers.toString());
  },
};

export const pipelining: Scenario = {
  name: 'pipelining',
  done: 'twice two connections send 120 kB of requests in one go and are closed, with MAX_IN_FLIGHT at 1000',
  promised: 'the places in flight come back: within seconds every request of another user is served',
  async run(world) {
    const { url } = await world.start();
    const request = 'GET / HTTP/1.1\r\nHost: x\r\n\r\n';
    for (let round = 0; round < 2; round += 1) {
      const first = request.repeat(Math.ceil(60_000 / request.length));
      const connections = await openConnections(url, 2, { first, reads: false });
      await wait(500);
      connections.destroy();
    }
    const recovered = await world.serves();
    const ada = world.as('ada');
    const answers = await meanwhile(() => ada.save(), wait(1500));
    return seen(recovered && answers.onlyHas('201'), answers.toString());
  },
};

const MANY = 10_000;

export const idleConnections: Scenario = {
  name: 'idle-connections',
  done: `${String(MANY)} connections are opened and say nothing`,
  promised: 'a user beside them is served, promptly',
  async run(world) {
    const { url } = await world.start();
    const connections = await openConnections(url, MANY, {});
    const ada = world.as('ada');
    const answers = await meanwhile(() => ada.save(), wait(2000));
    const open = connections.open();
    connections.destroy();
    return seen(
      open >= MANY * 0.99 && answers.onlyHas('201') && answers.slowestMs < PROMPT_MS,
      `${String(open)} open; ${answers.toString()}`,
    );
  },
};
