import { memoryReplays, StoreUnavailableError, type ReplayStore } from 'sallyport';
import { once } from '../../../lib/replays/once';

/** An effect that ends when the test says so. */
function pending() {
  let resolve: () => void = () => undefined;
  let reject: (error: Error) => void = () => undefined;
  const promise = new Promise<void>((yes, no) => {
    [resolve, reject] = [yes, no];
  });
  return { effect: () => promise, resolve, reject };
}

const nothing = () => Promise.resolve();

it('brings an effect about, and says of a repeat that it is one', async () => {
  const replays = memoryReplays();
  expect(await once(replays, 'msg', nothing)).toBe('handled');
  const effect = jest.fn(nothing);
  expect(await once(replays, 'msg', effect)).toBe('repeat');
  expect(effect).not.toHaveBeenCalled();
});

it('keeps a copy waiting until the effect is there', async () => {
  const replays = memoryReplays();
  const { effect, resolve } = pending();
  const first = once(replays, 'msg', effect);
  let told: string | undefined;
  const copy = once(replays, 'msg', nothing).then((outcome) => (told = outcome));
  await new Promise((later) => setTimeout(later, 120));
  expect(told).toBeUndefined();
  resolve();
  expect([await first, await copy]).toEqual(['handled', 'repeat']);
});

it('lets a copy that waits bring the effect about when the first one fails', async () => {
  const replays = memoryReplays();
  const { effect, reject } = pending();
  const first = once(replays, 'msg', effect);
  const second = jest.fn(nothing);
  const copy = once(replays, 'msg', second);
  reject(new Error('disk full'));
  await expect(first).rejects.toThrow('disk full');
  expect(await copy).toBe('handled');
  expect(second).toHaveBeenCalledTimes(1);
});

it('asks to come again where the one that is being handled takes too long', async () => {
  const always: ReplayStore = { ...memoryReplays(), claim: () => Promise.resolve('busy') };
  jest.useFakeTimers();
  const outcome = once(always, 'msg', nothing).catch((error: unknown) => error);
  await jest.advanceTimersByTimeAsync(10_000);
  jest.useRealTimers();
  expect(await outcome).toBeInstanceOf(StoreUnavailableError);
});

it('says that it failed when the effect could not be recorded', async () => {
  const replays: ReplayStore = {
    ...memoryReplays(),
    complete: () => Promise.reject(new StoreUnavailableError()),
  };
  await expect(once(replays, 'msg', nothing)).rejects.toBeInstanceOf(StoreUnavailableError);
});

it("says what the effect failed with, also when the claim can't be released", async () => {
  const replays: ReplayStore = { ...memoryReplays(), release: () => Promise.reject(new Error('also down')) };
  const failing = () => Promise.reject(new Error('disk full'));
  await expect(once(replays, 'msg', failing)).rejects.toThrow('disk full');
});
