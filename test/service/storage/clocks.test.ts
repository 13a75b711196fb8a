import { InvalidTokenError, type Revocations, revocationFeed, type RevocationStore } from 'sallyport';
import { embeddedFolders } from '../../support/embedded-folder';
import { closeConnections, databaseUri, hasMongo, openConnection } from '../../support/mongo';
import { tokenProof } from '../../support/proofs';
import { mongoStores } from 'sallyport/mongo';

const issuer = 'https://issuer.example';
const folders = embeddedFolders();
const feeds: Revocations[] = [];

const opening: Record<string, () => Promise<[RevocationStore, RevocationStore]>> = {
  embedded: async () => {
    const folder = folders.folder();
    return [(await folders.open(folder)).revocations, (await folders.open(folder)).revocations];
  },
  ...(hasMongo && {
    MongoDB: async () => {
      const uri = databaseUri();
      const [one, other] = [mongoStores(await openConnection(uri)), mongoStores(await openConnection(uri))];
      await one.ensureIndexes();
      return [one.revocations, other.revocations];
    },
  }),
};

afterEach(async () => {
  for (const feed of feeds.splice(0)) feed.close();
  await folders.clear();
  await closeConnections();
});

async function follow(store: RevocationStore, offMs: number): Promise<Revocations> {
  const feed = revocationFeed({ store, pollMs: 50, now: () => Date.now() + offMs });
  feeds.push(feed);
  await feed.prewarm();
  return feed;
}

const refuses = (feed: Revocations, facts: object): boolean => {
  try {
    feed.check(tokenProof({ issuer, ...facts }));
    return false;
  } catch (error) {
    if (error instanceof InvalidTokenError) return true;
    throw error;
  }
};

describe.each(Object.keys(opening))('instances over the %s store', (name) => {
  it.each([-20, 20])('lose no revocation while the clock of one is %s s off', async (seconds) => {
    const stores = await opening[name]!();
    const [off, right] = [await follow(stores[0], seconds * 1000), await follow(stores[1], 0)];
    const names: string[] = [];
    for (let n = 0; n < 10; n += 1) {
      for (const [feed, who] of [[off, 'off'] as const, [right, 'right'] as const]) {
        names.push(`${who}-${String(n)}`);
        await feed.revoke([{ by: 'sid', issuer, value: `${who}-${String(n)}` }]);
      }
    }
    for (const feed of [off, right]) {
      await until(() => names.every((sid) => refuses(feed, { sid })));
      expect(refuses(feed, { sid: 'of nobody' })).toBe(false);
    }

    // A subject is refused up to the store's now, whatever the instance that revoked takes for now.
    const iat = Math.floor(Date.now() / 1000);
    await off.revoke([{ by: 'subject', issuer, value: 'alice' }]);
    for (const feed of [off, right]) {
      await until(() => refuses(feed, { iat }));
      expect(refuses(feed, { iat: iat + 12 })).toBe(false);
    }
    const later = await follow(stores[1], 0);
    expect(names.every((sid) => refuses(later, { sid }))).toBe(true);
  });
});

async function until(holds: () => boolean): Promise<void> {
  for (let attempt = 0; attempt < 200 && !holds(); attempt += 1) {
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  expect(holds()).toBe(true);
}
