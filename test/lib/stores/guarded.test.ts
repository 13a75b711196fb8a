import { guarded, NotOwnerError, type SallyportEvent, StoreUnavailableError } from 'sallyport';

afterEach(() => {
  jest.useRealTimers();
});

/** A store whose answers the test decides. */
function scripted() {
  const events: SallyportEvent[] = [];
  const answers: (() => unknown)[] = [];
  const calls: string[] = [];
  const store = {
    flavour: 'plain',
    async find(key: string): Promise<unknown> {
      calls.push(key);
      const answer = answers.shift();
      return answer ? answer() : key;
    },
  };
  const steady = guarded(store, { name: 'things', deadlineMs: 2000, onEvent: (event) => events.push(event) });
  const fail = (times: number, error: Error = new Error('socket hang up')) => {
    for (let n = 0; n < times; n += 1) answers.push(() => Promise.reject(error));
  };
  return { steady, events, answers, calls, fail };
}

async function failures(store: { find(key: string): Promise<unknown> }, times: number): Promise<void> {
  for (let n = 0; n < times; n += 1) await expect(store.find('x')).rejects.toThrow(StoreUnavailableError);
}

it('passes on arguments, answers and what is no method', async () => {
  const { steady, calls } = scripted();
  await expect(steady.find('key')).resolves.toBe('key');
  expect(calls).toEqual(['key']);
  expect(steady.flavour).toBe('plain');
});

it('calls methods on the store itself, private fields and all', async () => {
  class Counting {
    #count = 0;
    async next(): Promise<number> {
      return Promise.resolve((this.#count += 1));
    }
  }
  const steady = guarded(new Counting(), { name: 'counting' });
  await steady.next();
  await expect(steady.next()).resolves.toBe(2);
});

it('answers a hanging call when its deadline is over, and says so', async () => {
  jest.useFakeTimers();
  const { steady, events, answers } = scripted();
  answers.push(() => new Promise(() => undefined));
  const answer = expect(steady.find('x')).rejects.toMatchObject({ code: 'store_unavailable', retryAfter: 1 });
  await jest.advanceTimersByTimeAsync(1999);
  expect(events).toEqual([]);
  await jest.advanceTimersByTimeAsync(1);
  await answer;
  expect(events).toEqual([{ type: 'store_failed', store: 'things', failure: 'deadline' }]);
});

it('leaves no timer behind once a call is answered', async () => {
  jest.useFakeTimers();
  const { steady, fail } = scripted();
  await steady.find('x');
  fail(1);
  await failures(steady, 1);
  expect(jest.getTimerCount()).toBe(0);
});

it('keeps what the store said for the log and tells the caller nothing of it', async () => {
  const { steady, fail, events } = scripted();
  const cause = new Error('connect ECONNREFUSED 10.0.0.7:27017');
  fail(1, cause);
  const error: unknown = await steady.find('x').catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(StoreUnavailableError);
  expect(error).toMatchObject({ cause, detail: expect.not.stringContaining('ECONNREFUSED') });
  expect(JSON.stringify(events)).not.toContain('ECONNREFUSED');
});

it('refuses at once after three failures in a row, without asking the store', async () => {
  const { steady, fail, calls, events } = scripted();
  fail(3);
  await failures(steady, 5);
  expect(calls).toHaveLength(3);
  expect(events.map((event) => 'failure' in event && event.failure)).toEqual([
    'error',
    'error',
    'error',
    'breaker',
    'breaker',
  ]);
});

it('counts failures in a row only', async () => {
  const { steady, fail, calls } = scripted();
  for (let n = 0; n < 3; n += 1) {
    fail(2);
    await failures(steady, 2);
    await steady.find('well');
  }
  expect(calls).toHaveLength(9);
});

it('probes once a second, and is open again when the probe succeeds', async () => {
  jest.useFakeTimers();
  const { steady, fail, calls } = scripted();
  fail(4);
  await failures(steady, 3);
  await jest.advanceTimersByTimeAsync(1000);
  await failures(steady, 2);
  expect(calls).toHaveLength(4);
  await jest.advanceTimersByTimeAsync(1000);
  await expect(steady.find('probe')).resolves.toBe('probe');
  await expect(steady.find('after')).resolves.toBe('after');
});

it('probes in time also when the wall clock was set back meanwhile', async () => {
  jest.useFakeTimers();
  const { steady, fail } = scripted();
  fail(3);
  await failures(steady, 3);
  jest.setSystemTime(Date.now() - 3_600_000);
  await failures(steady, 1);
  await jest.advanceTimersByTimeAsync(1000);
  await expect(steady.find('probe')).resolves.toBe('probe');
});

it('does not have others wait for a probe that hangs', async () => {
  jest.useFakeTimers();
  const { steady, fail, answers, calls } = scripted();
  fail(3);
  await failures(steady, 3);
  await jest.advanceTimersByTimeAsync(1000);
  answers.push(() => new Promise(() => undefined));
  const probe = expect(steady.find('probe')).rejects.toThrow(StoreUnavailableError);
  await failures(steady, 3);
  expect(calls).toHaveLength(4);
  await jest.advanceTimersByTimeAsync(2000);
  await probe;
});

const bugs = [
  new TypeError('x is not a function'),
  new RangeError('x'),
  new ReferenceError('x'),
  new SyntaxError('x'),
];
it.each(bugs)('passes $name on as the bug it is, and holds it against nobody', async (bug) => {
  const { steady, fail, calls, events } = scripted();
  fail(4, bug);
  for (let n = 0; n < 4; n += 1) await expect(steady.find('x')).rejects.toBe(bug);
  await steady.find('x');
  expect(calls).toHaveLength(5);
  expect(events).toEqual([]);
});

it('passes a refusal on that the store means, and holds it against nobody', async () => {
  const { steady, fail, calls } = scripted();
  const refusal = new NotOwnerError();
  fail(4, refusal);
  for (let n = 0; n < 4; n += 1) await expect(steady.find('x')).rejects.toBe(refusal);
  await steady.find('x');
  expect(calls).toHaveLength(5);
});

it('counts a store that says itself that it is unavailable', async () => {
  const { steady, fail, calls } = scripted();
  const own = new StoreUnavailableError(7);
  fail(3, own);
  await expect(steady.find('x')).rejects.toBe(own);
  await failures(steady, 3);
  expect(calls).toHaveLength(3);
});

it('goes on when the listener of its events throws', async () => {
  const store = { find: async () => Promise.reject(new Error('down')) };
  const steady = guarded(store, {
    name: 'things',
    onEvent: () => {
      throw new Error('listener');
    },
  });
  await expect(steady.find()).rejects.toThrow(StoreUnavailableError);
});

it('guards a store once however often it is asked to', () => {
  const once = guarded({ find: async () => Promise.resolve(1) }, { name: 'things' });
  expect(guarded(once, { name: 'again' })).toBe(once);
});

it.each([
  [{ name: 'x', deadlineMs: 0 }, /deadlineMs/],
  [{ name: 'x', deadlineMs: NaN }, /deadlineMs/],
  [{ name: 'x', deadlineMs: 2 ** 31 }, /deadlineMs/],
  [{ name: 'x', deadline: 5 }, /unknown option "deadline"/],
])('refuses %j when it is made', (options, message) => {
  expect(() => guarded({}, options)).toThrow(TypeError);
  expect(() => guarded({}, options)).toThrow(message);
});
