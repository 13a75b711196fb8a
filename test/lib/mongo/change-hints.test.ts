import mongoose from 'mongoose';
import { revocationFeed, type Revocation, type RevocationStore } from 'sallyport';
import { mongoStores } from 'sallyport/mongo';
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
