import { isDeepStrictEqual } from 'node:util';
import { expectProblem } from '../../support/assertions';
import { cleanUp } from '../../support/clean-up';
import { startService, type ServiceUnderTest } from '../../support/service';
import { stores } from '../../support/stores';

const SAVE = '/api/user_modules/save';
const mine = '/api/user_modules/user/ada';

/** `levels` objects within each other, the outermost counted. */
function nested(levels: number): string {
  return '{"a":'.repeat(levels - 1) + '{}' + '}'.repeat(levels - 1);
}

describe.each(stores)('data over the $name store', (store) => {
  let service: ServiceUnderTest;
  beforeAll(async () => {
    service = await startService({}, store);
  });
  afterAll(cleanUp);

  const body = (data: string, moduleId = 'm') => `{"moduleId":${JSON.stringify(moduleId)},"data":${data}}`;

  it.each<[string, string]>([
    ['a key that is an operator elsewhere', '{"$gt":1,"$where":{"$ne":null}}'],
    ['a key with dots', '{"a.b":1,"a":{"b":2},".":3,"..":4}'],
    ['a key called __proto__', '{"__proto__":{"polluted":true},"constructor":{"prototype":1}}'],
    ['the empty key', '{"":1,"a":{"":{"":2}}}'],
    ['keys that look like numbers', '{"2":"b","1":"a","-1":"c"}'],
    ['60 levels', nested(60)],
    ['64 levels', nested(64)],
    ['the empty object', '{}'],
    ['numbers at the edges', '{"max":1.7976931348623157e308,"min":5e-324,"minus":-0,"big":9007199254740993}'],
    ['text of every plane', '{"t":"\\u0000 ü 漢 😀 \\ud83d\\ude00 \\ud800 \\u2028"}'],
    ['lists, nulls and booleans', '{"l":[[],[null,true,false,{"x":[1]}]]}'],
    ['a date that stays text', '{"d":"2020-01-01T00:00:00.000Z","o":{"$date":1}}'],
    ['262144 bytes', `{"t":"${'x'.repeat(262_144 - 8)}"}`],
  ])('comes back equal: %s', async (_what, data) => {
    const ada = service.as('ada');
    const saved = await ada.post(SAVE, body(data));
    expect([200, 201]).toContain(saved.status);
    const read = await ada.get(`${mine}/m`);
    // Jest's own equality overlooks an own key __proto__; the text shows the order of keys too.
    expect(isDeepStrictEqual(read.json.data, JSON.parse(data))).toBe(true);
    expect(JSON.stringify(read.json.data)).toBe(JSON.stringify(JSON.parse(data)));
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
  });

  const json = 'application/json';
  it.each<[string, string | Uint8Array, number, string, string?]>([
    ['65 levels', body(nested(65), 'no'), 400, 'invalid_body'],
    ['a tower of brackets', body('['.repeat(250_000), 'no'), 400, 'invalid_body'],
    ['a tower of objects that closes', body(nested(50_000), 'no'), 400, 'invalid_body'],
    ['300 kB', body(`{"t":"${'x'.repeat(300_000)}"}`, 'no'), 413, 'body_too_large'],
    ['1 MB', body(`{"t":"${'x'.repeat(1_000_000)}"}`, 'no'), 413, 'body_too_large'],
    ['one byte too many', body(`{"t":"${'x'.repeat(262_144 - 7)}"}`, 'no'), 413, 'body_too_large'],
    ['a number that no double holds', body('{"n":1e400}', 'no'), 400, 'invalid_body'],
    ['a list as data', body('[]', 'no'), 400, 'invalid_body'],
    ['null as data', body('null', 'no'), 400, 'invalid_body'],
    ['text as data', body('"x"', 'no'), 400, 'invalid_body'],
    ['no data', '{"moduleId":"no"}', 400, 'invalid_body'],
    ['no moduleId', '{"data":{}}', 400, 'invalid_body'],
    ['a moduleId with a slash', body('{}', 'a/b'), 400, 'invalid_body'],
    ['a moduleId of 129 characters', body('{}', 'x'.repeat(129)), 400, 'invalid_body'],
    ['a moduleId of dots', body('{}', '..'), 400, 'invalid_body'],
    ['an empty moduleId', body('{}', ''), 400, 'invalid_body'],
    ['a moduleId with a line break at its end', body('{}', 'no\n'), 400, 'invalid_body'],
    ['a moduleId that is no string', '{"moduleId":{"$gt":""},"data":{}}', 400, 'invalid_body'],
    ['a member that nobody reads', '{"moduleId":"no","data":{},"userId":"bob"}', 400, 'invalid_body'],
    ['a member called __proto__', '{"moduleId":"no","data":{},"__proto__":{"x":1}}', 400, 'invalid_body'],
    ['malformed JSON', '{"moduleId":"no","data":{}', 400, 'invalid_body'],
    ['a list as body', '[]', 400, 'invalid_body'],
    ['null as body', 'null', 400, 'invalid_body'],
    ['no body at all', '', 400, 'invalid_body'],
    [
      'bytes that are no UTF-8',
      Buffer.from('{"moduleId":"no","data":{"t":"\xff"}}', 'latin1'),
      400,
      'invalid_body',
    ],
    ['form data', 'moduleId=no', 415, 'unsupported_media_type', 'application/x-www-form-urlencoded'],
    ['text/plain', body('{}', 'no'), 415, 'unsupported_media_type', 'text/plain'],
    [
      'JSON in another charset',
      body('{}', 'no'),
      415,
      'unsupported_media_type',
      'application/json; charset=utf-16',
    ],
    [
      'a type that only begins like JSON',
      body('{}', 'no'),
      415,
      'unsupported_media_type',
      'application/jsonp',
    ],
  ])('refuses %s, and stores nothing', async (_what, sent, status, code, contentType = json) => {
    const user = service.as('refused');
    const answer = await user.request('POST', SAVE, { 'content-type': contentType }, sent as string);
    expectProblem(answer, status, code);
    if (code === 'invalid_body') {
      expect(answer.json.errors[0]).toEqual({ path: expect.any(String), message: expect.any(String) });
    }
    expect((await user.get('/api/user_modules/user/refused')).json.items).toEqual([]);
  });

  it('says all that is wrong with a body, and where', async () => {
    const answer = await service
      .as('ada')
      .post(SAVE, '{"moduleId":7,"data":{"a~b":{"c/d":[1e999]}},"extra":1}');
    expectProblem(answer, 400, 'invalid_body');
    expect(answer.json.errors.map(({ path }: { path: string }) => path).sort()).toEqual([
      '/data/a~0b/c~1d/0',
      '/extra',
      '/moduleId',
    ]);
  });

  it('refuses a compressed body', async () => {
    const answer = await service.as('ada').post(SAVE, body('{}'), { 'content-encoding': 'gzip' });
    expectProblem(answer, 415, 'unsupported_media_type');
  });

  it.each(['application/json; charset=utf-8', 'application/json;charset="UTF-8"', 'Application/JSON'])(
    'takes JSON however it is spelled: %s',
    async (contentType) => {
      const answer = await service.as('ada').post(SAVE, body('{}'), { 'content-type': contentType });
      expect(answer.status).toBeLessThan(300);
    },
  );

  it.each(['a%2Fb', 'x'.repeat(129), '%20', 'a%00'])(
    'refuses a path whose moduleId is none: %s',
    async (segment) => {
      expectProblem(await service.as('ada').get(`${mine}/${segment}`), 400, 'invalid_request');
      expectProblem(await service.as('ada').delete(`${mine}/${segment}`), 400, 'invalid_request');
    },
  );
});
