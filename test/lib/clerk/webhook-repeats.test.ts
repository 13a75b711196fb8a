import { memoryReplays, StoreUnavailableError } from 'sallyport';
import { mongoStores } from 'sallyport/mongo';
import {
  closeReceivers,
  created,
  otherSecret,
  receiver,
  send,
  signed,
  statusesOfCopies,
  userEvent,
} from '../../support/clerk-receiver';
import { closeConnections, databaseUri, describeMongo, openConnection } from '../../support/mongo';

afterEach(closeReceivers);

describe('repeats', () => {
  it('answers 204 to a repeat and does nothing', async () => {
    const here = await receiver();
    await send(here.url, created, signed(created));
    expect((await send(here.url, created, signed(created))).status).toBe(204);
    expect(here.filled).toHaveLength(1);
  });

  it('knows a repeat by its id, though it was signed anew', async () => {
    const here = await receiver();
    await send(here.url, created, signed(created, { at: Date.now() - 60_000 }));
    await send(here.url, created, signed(created));
    expect(here.filled).toHaveLength(1);
  });

  it('handles the same event of another id by itself', async () => {
    const here = await receiver();
    await send(here.url, created, signed(created));
    await send(here.url, created, signed(created, { id: 'msg_2' }));
    expect(here.filled).toHaveLength(2);
  });

  it('has one effect for 20 copies that reach two instances at once, and 204 for each', async () => {
    const replays = memoryReplays();
    const slow = () => new Promise<void>((resolve) => setTimeout(resolve, 30));
    const [one, two] = [await receiver({ replays, erase: slow }), await receiver({ replays, erase: slow })];
    expect(await statusesOfCopies(one, two)).toEqual(new Set([204]));
    expect(one.erased.length + two.erased.length).toBe(1);
  });

  describeMongo('kept in MongoDB', () => {
    afterAll(closeConnections);

    it('has one effect for 20 copies that reach two processes at once', async () => {
      const uri = databaseUri();
      const open = async () => mongoStores(await openConnection(uri));
      const [first, second] = [await open(), await open()];
      await first.ensureIndexes();
      const slow = () => new Promise<void>((resolve) => setTimeout(resolve, 30));
      const one = await receiver({ replays: first.replays, erase: slow });
      const two = await receiver({ replays: second.replays, erase: slow });
      expect(await statusesOfCopies(one, two)).toEqual(new Set([204]));
      expect(one.erased.length + two.erased.length).toBe(1);
    });
  });

  it('loses no event whose effect failed: its sender hears so and comes again', async () => {
    let down = true;
    const erase = () => (down ? Promise.reject(new StoreUnavailableError()) : Promise.resolve());
    const here = await receiver({ erase });
    const body = userEvent('user.deleted', { id: 'user_alice' });
    const failed = await send(here.url, body, signed(body));
    expect([failed.status, failed.headers.get('retry-after')]).toEqual([503, '1']);
    down = false;
    expect((await send(here.url, body, signed(body))).status).toBe(204);
    expect((await send(here.url, body, signed(body))).status).toBe(204);
    expect(here.erased).toHaveLength(2);
  });

  it('records nothing for a message that was refused', async () => {
    const here = await receiver();
    await send(here.url, created, signed(created, { secret: otherSecret }));
    expect((await send(here.url, created, signed(created))).status).toBe(204);
    expect(here.filled).toHaveLength(1);
  });
});
