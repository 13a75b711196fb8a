import { logOutput, type LogOutput } from '../../../service/ops/log-output';

/** A reader that takes so many bytes, and what it took. */
function reader(room = Infinity, code = 'EAGAIN') {
  const state = { room, code, text: '' };
  const output = logOutput((bytes) => {
    const taken = Math.min(bytes.length, state.room);
    if (taken === 0) throw Object.assign(new Error(state.code), { code: state.code });
    state.room -= taken;
    state.text += bytes.subarray(0, taken).toString('latin1');
    return taken;
  });
  return Object.assign(state, { output });
}

const turn = () => new Promise((resolve) => setImmediate(resolve));
const line = (n: number) => `{"level":"info","n":${n},"filler":"${'x'.repeat(1000)}"}\n`;
const write = (output: LogOutput, count: number) => {
  for (let n = 0; n < count; n += 1) output.write(line(n));
};
const linesOf = (text: string) =>
  text
    .split('\n')
    .filter(Boolean)
    .map((one) => JSON.parse(one) as Record<string, unknown>);

it('writes the lines of one turn together, in their order', async () => {
  const into = reader();
  into.output.write('{"a":1}\n');
  into.output.write('{"a":2}\n');
  expect(into.text).toBe('');
  await turn();
  expect(into.text).toBe('{"a":1}\n{"a":2}\n');
  expect(into.output.lost()).toBe(0);
});

it('keeps at most 1 MiB for a reader who does not read, and tells them later how many lines were lost, and where', async () => {
  const into = reader(0);
  write(into.output, 2000);
  await turn();
  const lost = into.output.lost();
  expect(lost).toBeGreaterThan(900);
  into.room = Infinity;
  into.output.flushSync();
  into.output.write('{"n":"after"}\n');
  // By itself it would go on at the next retry only.
  into.output.flushSync();
  const lines = linesOf(into.text);
  expect(lines).toHaveLength(2000 - lost + 2);
  expect(lines.at(-2)).toEqual({
    level: 'warn',
    time: expect.any(String),
    lost,
    msg: `${lost} log lines lost`,
  });
  expect(lines.at(-1)).toEqual({ n: 'after' });
  expect(into.output.lost()).toBe(lost);
});

it('tells a reader who is slow for good of what was lost before each line that follows it', () => {
  const into = reader(0);
  write(into.output, 2000);
  into.room = 8192;
  into.output.flushSync();
  into.output.write('{"n":"after"}\n');
  write(into.output, 100);
  into.room = Infinity;
  into.output.flushSync();
  const lines = linesOf(into.text);
  const after = lines.findIndex(({ n }) => n === 'after');
  expect(lines[after - 1]).toMatchObject({ msg: expect.stringMatching(/^\d+ log lines lost$/) });
  const told = lines.reduce((sum, { lost }) => sum + (typeof lost === 'number' ? lost : 0), 0);
  expect(told).toBe(into.output.lost());
});

it('goes on by itself when the reader does, in the midst of a line', async () => {
  const into = reader(10);
  into.output.write(line(1));
  await turn();
  expect(into.text).toHaveLength(10);
  into.room = Infinity;
  while (into.text.length < line(1).length) await turn();
  expect(into.text).toBe(line(1));
});

it('takes the line of a fatal error however many wait', () => {
  const into = reader(0);
  write(into.output, 2000);
  into.output.write('{"level":"fatal","msg":"uncaught exception"}\n');
  into.room = Infinity;
  into.output.flushSync();
  expect(linesOf(into.text)).toContainEqual({ level: 'fatal', msg: 'uncaught exception' });
});

it('gives up in the end, when nobody reads or nothing can be written', () => {
  for (const code of ['EAGAIN', 'ENOSPC', 'EPIPE']) {
    const into = reader(0, code);
    into.output.write(line(1));
    into.output.flushSync();
    expect(into.text).toBe('');
  }
});

it('cuts no line in two where the end comes between two writes', () => {
  const sizes: number[] = [];
  const output = logOutput((bytes) => sizes.push(bytes.length) && bytes.length);
  for (let n = 0; n < 50; n += 1) output.write(`{"n":${n},"text":"${'é'.repeat(n * 10)}"}\n`);
  output.write(line(1).replace('x', 'x'.repeat(9000)));
  output.flushSync();
  expect(sizes.length).toBeGreaterThan(3);
  for (const size of sizes.slice(0, -1)) expect(size).toBeLessThanOrEqual(4096);
});
