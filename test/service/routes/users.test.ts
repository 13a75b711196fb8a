import { expectProblem, expectUnauthorized } from '../../support/assertions';
import { cleanUp } from '../../support/clean-up';
import { startService, type ServiceUnderTest } from '../../support/service';
import { stores } from '../../support/stores';

// A test database on a busy machine may take longer than a store's deadline of 2 s for so many first requests.
jest.retryTimes(2, { logErrorsBeforeRetry: true });

const ME = '/api/users/me';

describe.each(stores)('users over the $name store', (store) => {
  let service: ServiceUnderTest;
  beforeAll(async () => {
    service = await startService({}, store);
  });
  afterAll(cleanUp);

  it('shows who the caller is, with null for what is not known', async () => {
    const answer = await service.as('ada').get(ME);
    expect(answer.status).toBe(200);
    expect(answer.json).toEqual({
      userId: 'ada',
      issuer: service.issuer.issuer,
      email: null,
      name: null,
      createdAt: expect.stringMatching(/^\d{4}-.+Z$/),
    });
    expect(answer.headers.get('cache-control')).toBe('no-store');
  });

  it('makes one user of one subject, however many first requests race', async () => {
    const racer = service.as('racer');
    const answers = await Promise.all(Array.from({ length: 50 }, () => racer.get(ME)));
    expect(new Set(answers.map(({ text }) => text)).size).toBe(1);
    expect(answers[0]!.status).toBe(200);
  });

  it('asks for a token, and is not there without /api', async () => {
    expectUnauthorized(await service.with({}).get(ME), 'missing_credentials');
    expectUnauthorized(await service.with({}).delete(ME), 'missing_credentials');
    expectProblem(await service.as('ada').get('/users/me'), 404, 'not_found');
  });

  it('erases the user and every module, and no one else', async () => {
    const leaver = service.as('leaver');
    await Promise.all(['a', 'b', 'c'].map((id) => leaver.save(id, {})));
    await service.as('stayer').save('a', {});
    const identity = { issuer: service.issuer.issuer, subject: 'leaver' };
    const before = await service.storage.users.find(identity);

    const erased = await leaver.delete(ME);

    expect([erased.status, erased.text]).toEqual([204, '']);
    expect(await service.storage.users.find(identity)).toBeUndefined();
    expect((await service.storage.modules.list(before!.id, { limit: 9, maxBytes: 9e9 })).items).toEqual([]);
    expect((await service.as('stayer').get('/api/user_modules/user/stayer')).json.items).toHaveLength(1);
  });
});
