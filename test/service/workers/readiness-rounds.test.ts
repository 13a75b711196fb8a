import { ReadinessRounds } from '../../../service/workers/readiness-rounds';
import type { SentGap } from '../../../service/workers/messages';

const STORE: SentGap = {
  missing: 'store',
  failure: { code: 'store_unavailable', detail: 'The store is out of reach.', retryAfter: 1 },
};

function startRounds(names: string[], count = names.length) {
  const serving = new Set(names);
  const asked: string[] = [];
  const replies: [string, readonly SentGap[]][] = [];
  const rounds = new ReadinessRounds<string>({
    name: (worker) => `worker ${worker}`,
    ask: (worker) => void asked.push(worker),
    reply: (asker, gaps) => void replies.push([asker, gaps]),
    serving: () => serving,
    count,
  });
  return { rounds, serving, asked, replies };
}

beforeEach(() => jest.useFakeTimers());
afterEach(() => jest.useRealTimers());

it('tells the asker what the others lack, and whose gap it is', () => {
  const { rounds, replies } = startRounds(['1', '2', '3']);
  rounds.ask('1');
  rounds.answered('1', [STORE]);
  rounds.answered('2', []);
  expect(replies).toEqual([]);
  rounds.answered('3', [STORE]);
  expect(replies).toEqual([['1', [{ ...STORE, missing: 'store (worker 3)' }]]]);
});

it('asks each worker once, however many want to know, and again for who asks later', () => {
  const { rounds, asked, replies } = startRounds(['1', '2']);
  for (const asker of ['1', '2', '1', '1']) rounds.ask(asker);
  expect(asked).toEqual(['1', '2']);
  rounds.answered('1', [STORE]);
  rounds.answered('2', []);
  expect(replies).toEqual([
    ['1', []],
    ['2', [{ ...STORE, missing: 'store (worker 1)' }]],
  ]);
  rounds.ask('2');
  expect(asked).toEqual(['1', '2', '1', '2']);
});

it('takes a worker that does not answer in time for a failure', () => {
  const { rounds, replies } = startRounds(['1', '2']);
  rounds.ask('1');
  rounds.answered('1', []);
  jest.advanceTimersByTime(2499);
  expect(replies).toEqual([]);
  jest.advanceTimersByTime(1);
  const failure = { code: 'overloaded', detail: expect.any(String), retryAfter: 1 };
  expect(replies).toEqual([['1', [{ missing: 'worker 2', failure }]]]);
  rounds.answered('2', [STORE]);
  expect(replies).toHaveLength(1);
});

it('names workers that are not there, which take no requests, as missing and no failure', () => {
  const { rounds, serving, replies } = startRounds(['1', '2'], 3);
  rounds.ask('1');
  rounds.answered('1', []);
  serving.delete('2');
  rounds.gone('2');
  expect(replies).toEqual([['1', [{ missing: '2 of 3 workers' }]]]);
});

it('answers nobody who is gone', () => {
  const { rounds, serving, replies } = startRounds(['1', '2']);
  rounds.ask('1');
  serving.delete('1');
  rounds.gone('1');
  rounds.answered('2', []);
  expect(replies).toEqual([]);
});
