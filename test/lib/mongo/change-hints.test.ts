import { EventEmitter } from 'node:events';
import mongoose from 'mongoose';
import { revocationFeed, type Revocation, type RevocationStore } from 'sallyport';
import { mongoStores } from 'sallyport/mongo';
import { changeHints } from '../../../lib/mongo/change-hints';
import { eventually } from '../../support/eventually';
import { closeConnections, databaseUri, describeMongo, openConnection } from '../../support/mongo';

const issuer = 'https://issuer.example';
const until = Date.now() + 3_600_000;

/** Adds until it is noticed: a stream may open only after the first of them. */
async function addUntil(store: RevocationStore, noticed: () => boolean): Promise<void> {
  let added = 0;
  await eventually(async () => {
    await store.add([{ by: 'jti', issuer, value: String(added++), until }]);
    return noticed();
  });
}

describeMongo('watching the revocations of other instances', () => {
  afterAll(closeConnections);

  it('is told by the database that somebody added one', async () => {
    const uri = databaseUri();
    const [here, there] = [mongoStores(await openConnection(uri)), mongoStores(await openConnection(uri))];
    const hint = jest.fn();
    const stop = here.revocations.watch?.(hint);
    await addUntil(there.revocations, () => hint.mock.calls.length > 0);
    stop?.();
  });

  it('brings them here without a poll', async () => {
    const uri = databaseUri();
    const [here, there] = [mongoStores(await openConnection(uri)), mongoStores(await openConnection(uri))];
    const feed = revocationFeed({ store: here.revocations, pollMs: 3_600_000 });
    await feed.prewarm();
    const revoked = jest.fn<undefined, [Revocation]>();
    feed.onRevoked(revoked);
    await addUntil(there.revocations, () => revoked.mock.calls.length > 0);
    feed.close();
  });

  it('ends with the connection and harms nobody', async () => {
    const uri = databaseUri();
    const other = mongoStores(await openConnection(uri)).revocations;
    const connection = await mongoose.createConnection(uri).asPromise();
    const hint = jest.fn();
    const stop = mongoStores(connection).revocations.watch?.(hint);
    await addUntil(other, () => hint.mock.calls.length > 0);
    await connection.destroy();
    expect(stop).not.toThrow();
  });
});

describe('a stream of changes', () => {
  beforeEach(() => jest.useFakeTimers());
  afterEach(() => jest.useRealTimers());

  /** The documents of a connection whose streams the test breaks. */
  function streaming() {
    const streams: EventEmitter[] = [];
    const connection = { readyState: 1 };
    const watch = () => {
      const stream = Object.assign(new EventEmitter(), { close: () => Promise.reject(new Error('gone')) });
      streams.push(stream);
      return stream;
    };
    const documents = { connection, collection: () => ({ watch }) };
    return { streams, connection, documents: documents as never };
  }

  it('is opened again five seconds after it broke, until it is given up', async () => {
    const { streams, documents } = streaming();
    const hint = jest.fn();
    const stop = changeHints(documents, hint);
    streams[0]!.emit('error', new Error('reset'));
    await jest.advanceTimersByTimeAsync(5000);
    expect(streams).toHaveLength(2);
    streams[1]!.emit('change');
    expect(hint).toHaveBeenCalledTimes(1);
    streams[1]!.emit('error', new Error('reset'));
    stop();
    await jest.advanceTimersByTimeAsync(60_000);
    expect(streams).toHaveLength(2);
  });

  it('is not asked for again of a server that has none', async () => {
    const { streams, documents } = streaming();
    changeHints(documents, jest.fn());
    streams[0]!.emit('error', Object.assign(new Error('only supported on replica sets'), { code: 40_573 }));
    await jest.advanceTimersByTimeAsync(60_000);
    expect(streams).toHaveLength(1);
  });

  it('waits for the connection of the host', async () => {
    const { streams, connection, documents } = streaming();
    connection.readyState = 2;
    const stop = changeHints(documents, jest.fn());
    await jest.advanceTimersByTimeAsync(20_000);
    expect(streams).toHaveLength(0);
    connection.readyState = 1;
    await jest.advanceTimersByTimeAsync(5000);
    expect(streams).toHaveLength(1);
    stop();
  });
});
