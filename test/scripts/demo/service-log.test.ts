import { PassThrough } from 'node:stream';
import { serviceLog } from '../../../scripts/demo/playground/service-log';

const MISS = { time: '1', msg: 'event', event: 'cache_miss' };
const refused = (requestId: string): object => ({ time: '2', msg: 'event', event: 'refused', requestId });
const end = (requestId: string): object => ({ time: '3', msg: 'request', requestId });

function logOf() {
  const output = new PassThrough();
  const write = (...lines: readonly unknown[]): void => {
    for (const line of lines) output.write(`${typeof line === 'string' ? line : JSON.stringify(line)}\n`);
  };
  return { log: serviceLog(output), write };
}

afterEach(() => {
  jest.useRealTimers();
});

describe('the log of the service, as the demo reads it', () => {
  it('gives the lines of a request up to its end, and those that name none', async () => {
    const { log, write } = logOf();
    write(MISS, refused('b'), refused('a'), end('b'), end('a'), MISS);
    expect(await log.linesOf('a', 0)).toEqual([MISS, refused('a'), end('a')]);
  });

  it('waits for the end of a request', async () => {
    const { log, write } = logOf();
    const lines = log.linesOf('a', log.mark());
    write(refused('a'));
    write(end('a'));
    expect(await lines).toEqual([refused('a'), end('a')]);
  });

  it('gives nothing from before the mark, however much was logged', async () => {
    const { log, write } = logOf();
    write(...Array<object>(3000).fill(MISS), end('first'));
    await log.linesOf('first', 0);
    const mark = log.mark();
    expect(mark).toBe(3001);
    write(refused('a'), end('a'));
    expect(await log.linesOf('a', mark)).toEqual([refused('a'), end('a')]);
  });

  it('passes over what is no line of the log', async () => {
    const { log, write } = logOf();
    write('(node:1) Warning: something', end('a'));
    expect(await log.linesOf('a', 0)).toEqual([end('a')]);
  });

  it('knows the last event of a type', async () => {
    const { log, write } = logOf();
    const read = { time: '4', msg: 'event', event: 'keys_refreshed' };
    const failed = { time: '5', msg: 'event', event: 'keys_failed' };
    write(failed, read, end('a'));
    await log.linesOf('a', 0);
    expect(log.latest('keys_refreshed')).toEqual(read);
    expect(log.latest('keys_refreshed', 'keys_failed')).toEqual(failed);
    expect(log.latest('keys_stale')).toBeUndefined();
  });

  it('gives up on a request that is never logged', async () => {
    jest.useFakeTimers({ doNotFake: ['nextTick', 'setImmediate'] });
    const { log } = logOf();
    const lines = log.linesOf('lost', 0);
    jest.advanceTimersByTime(10_000);
    await expect(lines).rejects.toThrow('The service has not logged this request.');
  });
});
