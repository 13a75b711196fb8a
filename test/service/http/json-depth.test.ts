import { isDeeperThan } from '../../../service/http/json-depth';
import { expectProblem } from '../../support/assertions';
import { cleanUp } from '../../support/clean-up';
import { startService } from '../../support/service';

afterEach(cleanUp);

describe('how deep JSON text is nested', () => {
  it.each<[string, number]>([
    ['{}', 1],
    ['[[],[[]],{"a":[]}]', 3],
    ['{"a":"[[[[","b\\"[":"{\\\\"}', 1],
    ['"\\\\",[', 1],
  ])('is found in %s', (text, depth) => {
    expect(isDeeperThan(depth, Buffer.from(text))).toBe(false);
    expect(isDeeperThan(depth - 1, Buffer.from(text))).toBe(true);
  });
});

it('refuses half a million levels before they are parsed, and stores nothing', async () => {
  const service = await startService();
  const parse = jest.spyOn(JSON, 'parse');
  const ada = service.as('ada');
  const data = '['.repeat(500_000) + ']'.repeat(500_000);
  const refused = await ada.post('/api/user_modules/save', `{"moduleId":"m","data":${data}}`, {
    'content-type': 'application/json',
  });
  expectProblem(refused, 400, 'invalid_body');
  expect(refused.json.errors).toEqual([{ path: '', message: 'is nested more than 1000 levels deep' }]);
  expect(parse.mock.calls.some(([text]) => text.length > 100_000)).toBe(false);
  expect((await ada.get('/api/user_modules/user/ada')).json.items).toEqual([]);
});
