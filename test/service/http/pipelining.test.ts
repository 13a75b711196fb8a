import { once } from 'node:events';
import type { RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createHttpServer } from '../../../service/http/server';
import { cleanUp, later } from '../../support/clean-up';
import { eventually } from '../../support/eventually';
import { bare, pipeline } from '../../support/pipeline';
import { rawHttp } from '../../support/raw-http';
import { startService, type ServiceUnderTest } from '../../support/service';

afterEach(cleanUp);

const lines = (service: ServiceUnderTest, msg: string) => service.log().filter((line) => line['msg'] === msg);
const deletes = (service: ServiceUnderTest) =>
  lines(service, 'request').filter(({ method }) => method === 'DELETE');
const modulePath = (id: string) => `/api/user_modules/user/ada/${id}`;
const list = async (service: ServiceUnderTest): Promise<unknown[]> =>
  (await service.as('ada').get('/api/user_modules/user/ada')).json.items;

/** Saves these modules of ada, then deletes them in one segment on a connection that is closed at once. */
async function deleteAndLeave(service: ServiceUnderTest, ids: readonly string[]): Promise<void> {
  for (const id of ids) expect((await service.as('ada').save(id, {})).status).toBe(201);
  const token = service.issuer.token({ sub: 'ada' });
  const acts = ids.map((id) => bare('DELETE', modulePath(id), token));
  (await pipeline(service.url, acts)).destroy();
}

it('gives every place in flight back when the connection of pipelined requests closes', async () => {
  const service = await startService({ MAX_IN_FLIGHT: '4' });
  const ada = service.as('ada');
  for (const round of [1, 2]) {
    await deleteAndLeave(service, ['a', 'b', 'c']);
    await eventually(() => deletes(service).length === 3 * round);
  }
  const answers = await Promise.all([1, 2, 3, 4].map(() => ada.get('/api/users/me')));
  expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200]);
});

it('logs every act of a connection that closed before it was answered, as aborted', async () => {
  const service = await startService();
  const ids = ['a', 'b', 'c'];
  await deleteAndLeave(service, ids);
  await eventually(() => deletes(service).length === 3);
  expect(deletes(service).map(({ path, aborted }) => [path, aborted])).toEqual(
    ids.map((id) => [modulePath(id), true]),
  );
  await eventually(async () => (await list(service)).length === 0);
});

it('answers sixteen pipelined requests in their order', async () => {
  const service = await startService();
  const paths = Array.from({ length: 16 }, (_, index) => `/nowhere/${index}`);
  const last = `GET ${paths.at(-1)} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n`;
  const answer = await rawHttp(
    service.url,
    [...paths.slice(0, -1).map((path) => bare('GET', path)), last].join(''),
  );
  expect(answer.match(/HTTP\/1.1 404/g)).toHaveLength(16);
});

it('closes a connection with more than sixteen unanswered requests, carries out none beyond, and logs it once', async () => {
  const service = await startService();
  const ada = service.as('ada');
  expect((await ada.save('kept', {})).status).toBe(201);
  const reads = Array.from({ length: 16 }, () => bare('GET', '/nowhere'));
  const act = bare('DELETE', modulePath('kept'), service.issuer.token({ sub: 'ada' }));
  for (let round = 0; round < 3; round += 1) {
    expect(await rawHttp(service.url, [...reads, act, act].join(''))).not.toContain('HTTP/1.1 2');
  }
  await eventually(() => lines(service, 'request').length === 1 + 3 * 16);
  expect((await ada.get(modulePath('kept'))).status).toBe(200);
  expect(deletes(service)).toEqual([]);
  expect(lines(service, 'connection cut')).toEqual([
    expect.objectContaining({ level: 'warn', why: 'too many unanswered requests' }),
  ]);
});

it('holds no more than sixteen requests of a connection, however many arrive in one piece', async () => {
  const seen = new Map<number, number>();
  const app: RequestListener = ({ socket }) => {
    const port = socket.remotePort ?? 0;
    seen.set(port, (seen.get(port) ?? 0) + 1);
  };
  const onCut = jest.fn();
  const server = createHttpServer({ app, onUnreadable: jest.fn(), onCut }).listen(0, '127.0.0.1');
  later(() => void server.close());
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const many = Array.from({ length: 4500 }, () => 'GET /a HTTP/1.1\r\nHost: x\r\n\r\n');
  for (let connection = 0; connection < 8; connection += 1) void pipeline(url, many).catch(() => undefined);
  await eventually(() => onCut.mock.calls.length === 8);
  expect([...seen.values()]).toEqual(Array<number>(8).fill(16));
});
