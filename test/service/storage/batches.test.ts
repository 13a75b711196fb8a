import { batches } from '../../../service/storage/mongo/batches';

/** Each run waits until the test lets it go. */
function held() {
  const runs: { key: string; items: readonly number[]; go: (error?: Error) => void }[] = [];
  const run = (key: string, items: readonly number[]) =>
    new Promise<number[]>((resolve, reject) => {
      const go = (error?: Error) => (error ? reject(error) : resolve(items.map((item) => item * 10)));
      runs.push({ key, items, go });
    });
  return { runs, run };
}

const settle = () => new Promise((resolve) => setImmediate(resolve));

describe('batches', () => {
  it('run the first at once, and together what came meanwhile, in its order', async () => {
    const { runs, run } = held();
    const add = batches(run, 10);
    const results = [1, 2, 3].map((item) => add('a', item));
    expect(runs.map(({ items }) => items)).toEqual([[1]]);
    runs[0]!.go();
    await settle();
    expect(runs.map(({ items }) => items)).toEqual([[1], [2, 3]]);
    runs[1]!.go();
    expect(await Promise.all(results)).toEqual([10, 20, 30]);
  });

  it('hold no more than so many', async () => {
    const { runs, run } = held();
    const add = batches(run, 2);
    const results = [1, 2, 3, 4].map((item) => add('a', item));
    for (let n = 0; n < 3; n += 1) {
      runs[n]!.go();
      await settle();
    }
    expect(runs.map(({ items }) => items)).toEqual([[1], [2, 3], [4]]);
    expect(await Promise.all(results)).toEqual([10, 20, 30, 40]);
  });

  it('of different keys do not wait for each other', () => {
    const { runs, run } = held();
    const add = batches(run, 10);
    void add('a', 1);
    void add('b', 2);
    expect(runs.map(({ key }) => key)).toEqual(['a', 'b']);
  });

  it('that fail tell all in them, and the next one runs all the same', async () => {
    const { runs, run } = held();
    const add = batches(run, 10);
    const first = add('a', 1);
    const second = add('a', 2);
    const third = add('a', 3);
    runs[0]!.go();
    await settle();
    runs[1]!.go(new Error('away'));
    expect(await Promise.allSettled([first, second, third])).toMatchObject([
      { value: 10 },
      { status: 'rejected' },
      { status: 'rejected' },
    ]);
    const fourth = add('a', 4);
    runs[2]!.go();
    expect(await fourth).toBe(40);
  });
});
