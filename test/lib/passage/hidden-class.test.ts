import { IncomingMessage, ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import express, { type Request, type Response } from 'express';
import { useDictionary } from '../../../lib/passage/hidden-class';
import { passageOf } from '../../../lib/passage/passage';
import { cleanUp, later } from '../../support/clean-up';
import { affected, isFast, shareHiddenClass } from '../../support/hidden-classes';
import { listening } from '../../support/listening';

afterAll(cleanUp);

/** As Express prepares a request, and then a middleware. */
function prepared(use: (request: IncomingMessage) => void): IncomingMessage {
  const request = new IncomingMessage(new Socket());
  Object.setPrototypeOf(request, express.request);
  use(request);
  return Object.assign(request, { auth: {}, user: {} });
}

function replaced<T extends object>(given: T): T {
  return Object.setPrototypeOf(given, {}) as T;
}

const PROPERTIES = ['data', 'constant', 'hidden', 'computed', 'absent'];

/** With another prototype than its constructor gave it. */
function object(): object {
  return Object.defineProperties(replaced({ data: 1, last: 2 }), {
    constant: { value: 3, configurable: true },
    hidden: { value: undefined, writable: true, configurable: true },
    computed: { get: () => 4, configurable: true, enumerable: true },
  });
}

describe('what V8 does, which the workaround relies on', () => {
  it('shares no hidden class between requests of Express, up to Node 22', () => {
    const [one, other] = [prepared(() => undefined), prepared(() => undefined)];
    expect(shareHiddenClass(one, other)).toBe(!affected);
  });

  it('shares it in dictionary mode', () => {
    const use = (request: IncomingMessage): void => useDictionary(request, 'statusCode');
    const [one, other] = [prepared(use), prepared(use)];
    expect(shareHiddenClass(one, other)).toBe(true);
    expect(isFast(one)).toBe(!affected);
  });
});

/** Answers with what can be seen of the request and the response, before or after they have a passage. */
async function app() {
  const seen: { request: Request; response: Response }[] = [];
  const server = express().get('/:how', (request, response) => {
    if (request.params.how === 'with') passageOf(request);
    seen.push({ request, response });
    response.json({
      request: Object.keys(request).sort(),
      response: Object.keys(response).sort(),
      values: [request.statusCode, response.sendDate],
    });
  });
  const { url, close } = await listening(server);
  later(close);
  const answer = async (path: string): Promise<object> => {
    const response = await fetch(url + path);
    const headers = new Headers(response.headers);
    headers.delete('date');
    return { status: response.status, headers: [...headers], body: await response.json() };
  };
  return { answer, seen };
}

it('puts a request under Express and its response into dictionary mode, where that is faster', async () => {
  const { answer, seen } = await app();
  await answer('/with');
  expect(seen.map(({ request, response }) => [isFast(request), isFast(response)])).toEqual([
    [!affected, !affected],
  ]);
});

describe('what nobody notices', () => {
  it.each(PROPERTIES)('leaves an object as it was: %s', (name) => {
    const changed = object();
    useDictionary(changed, name);
    expect(Object.getOwnPropertyDescriptors(changed)).toEqual({
      ...Object.getOwnPropertyDescriptors(object()),
      computed: { ...Object.getOwnPropertyDescriptor(changed, 'computed'), get: expect.any(Function) },
    });
    expect(Object.keys(changed).sort()).toEqual(['computed', 'data', 'last']);
  });

  it.each([
    ['frozen', Object.freeze(replaced({ name: 1, last: 2 }))],
    ['sealed', Object.seal(replaced({ name: 1, last: 2 }))],
    ['not extensible', Object.preventExtensions(replaced({ name: 1, last: 2 }))],
  ])('leaves an object that is %s as it was', (_state, given) => {
    useDictionary(given, 'name');
    expect(given).toEqual({ name: 1, last: 2 });
  });

  it('leaves a request under Express as it was, and its answer', async () => {
    const { answer } = await app();
    expect(await answer('/with')).toEqual(await answer('/without'));
  });

  it('leaves objects alone that have the prototype of their constructor', () => {
    class Own {
      data = 1;
      last = 2;
    }
    const given = new Own();
    useDictionary(given, 'data');
    expect(isFast(given)).toBe(true);
  });

  it('leaves a proxy alone, whose handler may refuse to delete', () => {
    const refuse = (): never => {
      throw new Error('refused');
    };
    const given = new Proxy(object(), {
      deleteProperty: refuse,
      defineProperty: refuse,
      getPrototypeOf: refuse,
    });
    expect(() => useDictionary(given, 'data')).not.toThrow();
  });

  it('takes an object without a prototype', () => {
    const given = Object.assign(Object.create(null) as object, { name: 1, last: 2 });
    useDictionary(given, 'name');
    expect({ ...given }).toEqual({ name: 1, last: 2 });
  });

  it('leaves a request that has not passed Express as it is', () => {
    const request = new IncomingMessage(new Socket());
    const response = new ServerResponse(request);
    passageOf(request as Request);
    expect([isFast(request), isFast(response)]).toEqual([true, true]);
  });
});
