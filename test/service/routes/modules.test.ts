import { expectProblem, expectUnauthorized } from '../../support/assertions';
import { cleanUp } from '../../support/clean-up';
import { startService, type ServiceUnderTest } from '../../support/service';
import { stores } from '../../support/stores';

const SAVE = '/api/user_modules/save';
const modulesOf = (userId: string) => `/api/user_modules/user/${encodeURIComponent(userId)}`;

describe.each(stores)('modules over the $name store', (store) => {
  let service: ServiceUnderTest;
  beforeAll(async () => {
    service = await startService({}, store);
  });
  afterAll(cleanUp);

  it('creates with 201, updates with 200 and version 2, and shows what was saved', async () => {
    const ada = service.as('ada');
    const created = await ada.save('intro', { title: 'One' });
    expect(created.status).toBe(201);
    expect(created.json).toEqual({
      userId: 'ada',
      moduleId: 'intro',
      data: { title: 'One' },
      version: 1,
      createdAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT.+Z$/),
      updatedAt: created.json.createdAt,
    });
    const updated = await ada.save('intro', { title: 'Two' });
    expect(updated.status).toBe(200);
    expect(updated.json).toMatchObject({
      version: 2,
      data: { title: 'Two' },
      createdAt: created.json.createdAt,
    });
    const read = await ada.get(`${modulesOf('ada')}/intro`);
    expect(read.status).toBe(200);
    expect(read.json).toEqual(updated.json);
    expect(read.headers.get('etag')).toBe(updated.headers.get('etag'));
    expect(read.headers.get('etag')).not.toBe(created.headers.get('etag'));
  });

  it('answers 304 to who has the present version already', async () => {
    const reader = service.as('reader');
    const tag = (await reader.save('m', { n: 1 })).headers.get('etag')!;
    const path = `${modulesOf('reader')}/m`;
    const unchanged = await reader.get(path, { 'if-none-match': tag });
    expect([unchanged.status, unchanged.text]).toEqual([304, '']);
    await reader.save('m', { n: 2 });
    expect((await reader.get(path, { 'if-none-match': tag })).json.data).toEqual({ n: 2 });
  });

  it('lists, deletes with 204, and then says 404', async () => {
    const grace = service.as('grace');
    await grace.save('a', { n: 1 });
    await grace.save('b', { n: 2 });
    const list = await grace.get(modulesOf('grace'));
    expect(list.status).toBe(200);
    expect(list.json.items.map((item: { moduleId: string }) => item.moduleId)).toEqual(['a', 'b']);
    expect(list.json.nextCursor).toBeNull();
    const deleted = await grace.delete(`${modulesOf('grace')}/a`);
    expect([deleted.status, deleted.text]).toEqual([204, '']);
    expectProblem(await grace.delete(`${modulesOf('grace')}/a`), 404, 'not_found');
    expectProblem(await grace.get(`${modulesOf('grace')}/a`), 404, 'not_found');
    expect((await grace.get(modulesOf('grace'))).json.items).toHaveLength(1);
  });

  it('answers under /user_modules as under /api/user_modules', async () => {
    const lin = service.as('lin');
    const body = { moduleId: 'm', data: {} };
    expect((await lin.post('/user_modules/save', body)).status).toBe(201);
    expect((await lin.get('/user_modules/user/lin/m')).json).toEqual(
      (await lin.get('/api/user_modules/user/lin/m')).json,
    );
    expectUnauthorized(await service.with({}).get('/user_modules/user/lin'), 'missing_credentials');
  });

  it.each(['GET', 'DELETE'])('refuses another user on every path: %s', async (method) => {
    await service.as('owner').save('secret', { pin: 1 });
    const other = service.as('other');
    expectProblem(await other.request(method, `${modulesOf('owner')}/secret`), 403, 'not_owner');
    expectProblem(await other.get(modulesOf('owner')), 403, 'not_owner');
    expect((await service.as('owner').get(`${modulesOf('owner')}/secret`)).status).toBe(200);
  });

  it('keeps what two users call by the same name apart', async () => {
    await service.as('left').save('same', { side: 'left' });
    await service.as('right').save('same', { side: 'right' });
    expect((await service.as('left').get(`${modulesOf('left')}/same`)).json.data).toEqual({ side: 'left' });
    expect((await service.as('right').get(`${modulesOf('right')}/same`)).json.data).toEqual({
      side: 'right',
    });
  });

  it('serves a user whose subject needs encoding in a path', async () => {
    const subject = 'auth0|a/b ü?#%';
    const user = service.as(subject);
    expect((await user.save('m', {})).json.userId).toBe(subject);
    expect((await user.get(modulesOf(subject))).json.items).toHaveLength(1);
    expect((await user.get(`${modulesOf(subject)}/m`)).json.userId).toBe(subject);
  });

  describe('If-Match', () => {
    it('lets a save through that knows the present version, and 412s one that does not', async () => {
      const user = service.as('matcher');
      const first = (await user.save('m', { n: 1 })).headers.get('etag')!;
      const second = await user.save('m', { n: 2 }, { 'if-match': first });
      expect(second.status).toBe(200);
      expectProblem(await user.save('m', { n: 3 }, { 'if-match': first }), 412, 'version_mismatch');
      expect((await user.get(`${modulesOf('matcher')}/m`)).json).toMatchObject({
        version: 2,
        data: { n: 2 },
      });
      const tags = `"other", ${second.headers.get('etag')}`;
      expect((await user.save('m', { n: 3 }, { 'if-match': tags })).json.version).toBe(3);
      expect((await user.save('m', { n: 4 }, { 'if-match': '*' })).json.version).toBe(4);
    });

    it.each(['*', '"anything"'])('is 412 where there is no such module: %s', async (ifMatch) => {
      const user = service.as('newcomer');
      expectProblem(await user.save('none', {}, { 'if-match': ifMatch }), 412, 'version_mismatch');
      expectProblem(await user.get(`${modulesOf('newcomer')}/none`), 404, 'not_found');
    });

    it('never matches the tag of a module that was deleted and made anew', async () => {
      const user = service.as('phoenix');
      const old = (await user.save('m', {})).headers.get('etag')!;
      await user.delete(`${modulesOf('phoenix')}/m`);
      await user.save('m', {});
      expectProblem(await user.save('m', {}, { 'if-match': old }), 412, 'version_mismatch');
    });

    it.each(['abc', '"open', ','])('is 400 when it is no list of entity tags: %s', async (ifMatch) => {
      expectProblem(
        await service.as('matcher').save('m', {}, { 'if-match': ifMatch }),
        400,
        'invalid_request',
      );
    });
  });

  describe('pages', () => {
    const ids = Array.from({ length: 130 }, (_, index) => `m${String(index).padStart(3, '0')}`);
    const idsOf = (answer: { json: { items: { moduleId: string }[] } }) =>
      answer.json.items.map(({ moduleId }) => moduleId);

    beforeAll(async () => {
      const user = service.as('hoarder');
      for (const id of ids) expect((await user.save(id, { id })).status).toBe(201);
    });

    it('have 50 items unless told otherwise, and a cursor to the next', async () => {
      const user = service.as('hoarder');
      const first = await user.get(modulesOf('hoarder'));
      expect(idsOf(first)).toEqual(ids.slice(0, 50));
      const second = await user.get(`${modulesOf('hoarder')}?cursor=${first.json.nextCursor}&limit=100`);
      expect(idsOf(second)).toEqual(ids.slice(50));
      expect(second.json.nextCursor).toBeNull();
    });

    it.each([
      'limit=',
      'limit=0',
      'limit=101',
      'limit=1.5',
      'limit=-1',
      'limit=1e1',
      'limit=ten',
      'limit=1&limit=2',
    ])('refuse ?%s', async (query) => {
      expectProblem(
        await service.as('hoarder').get(`${modulesOf('hoarder')}?${query}`),
        400,
        'invalid_request',
      );
    });

    it.each([
      'cursor=',
      'cursor=m001',
      'cursor=bTAwMQ',
      'cursor=%00',
      'cursor=YWZ0ZXI6bTAwMQ&cursor=YWZ0ZXI6bTAwMQ',
    ])('refuse a cursor that was never handed out: %s', async (query) => {
      expectProblem(
        await service.as('hoarder').get(`${modulesOf('hoarder')}?${query}`),
        400,
        'invalid_request',
      );
    });

    it('pay no heed to other parameters, whoever they name', async () => {
      const query = 'userId=left&owner[$ne]=x&limit[$gt]=1&access_token=nonsense';
      const answer = await service.as('hoarder').get(`${modulesOf('hoarder')}?${query}`);
      expect(idsOf(answer)).toEqual(ids.slice(0, 50));
    });

    it('end at 4 MiB, and go on from there', async () => {
      const user = service.as('heavy');
      const data = { text: 'x'.repeat(262_000) };
      for (let index = 0; index < 20; index += 1) await user.save(`m${String(index).padStart(2, '0')}`, data);
      const first = await user.get(`${modulesOf('heavy')}?limit=100`);
      expect(first.text.length).toBeLessThan(5 * 1024 * 1024);
      expect(first.json.items.length).toBeLessThan(20);
      const rest = await user.get(`${modulesOf('heavy')}?limit=100&cursor=${first.json.nextCursor}`);
      expect([...first.json.items, ...rest.json.items]).toHaveLength(20);
      expect(rest.json.nextCursor).toBeNull();
    });
  });

  it('refuses one module more than a user may have with 409, and still updates those there are', async () => {
    const user = (await startService({ MODULES_PER_USER: '3' }, store)).as('full');
    for (const id of ['a', 'b', 'c']) expect((await user.save(id, {})).status).toBe(201);
    expectProblem(await user.save('d', {}), 409, 'limit_reached');
    expect((await user.save('a', { changed: true })).status).toBe(200);
    await user.delete(`${modulesOf('full')}/b`);
    expect((await user.save('d', {})).status).toBe(201);
  });

  it('has after a restart what it acknowledged before', async () => {
    await service.as('keeper').save('m', { kept: true });
    const { json: user } = await service.as('keeper').get('/api/users/me');
    service = await service.restart();
    expect((await service.as('keeper').get(`${modulesOf('keeper')}/m`)).json.data).toEqual({ kept: true });
    expect((await service.as('keeper').get('/api/users/me')).json).toEqual(user);
    expect((await service.as('keeper').post(SAVE, { moduleId: 'm', data: {} })).json.version).toBe(2);
  });
});
