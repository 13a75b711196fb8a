import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import express from 'express';
import { apiKeys, revocationFeed, sallyport, userOf } from 'sallyport';
import { mongoStores } from 'sallyport/mongo';
import { createTestIssuer } from 'sallyport/testing';
import { closeConnections, describeMongo, openConnection } from '../../support/mongo';
import { listenToCommands } from '../../support/mongo-commands';

const ONE_READ_IS_ENOUGH = 3_600_000;

describeMongo('a caller who is known', () => {
  afterAll(closeConnections);

  it.each(['token', 'api-key'])('costs the database nothing, with a %s', async (kind) => {
    const connection = await openConnection(undefined, { monitorCommands: true });
    const stores = mongoStores(connection);
    await stores.ensureIndexes();
    const revocations = revocationFeed({ store: stores.revocations, pollMs: ONE_READ_IS_ENOUGH });
    const { issuer, audience, keys, token } = createTestIssuer();
    const port = sallyport({
      ...{ issuer, audience, keys, revocations },
      users: stores.users,
      apiKeys: stores.apiKeys,
    });
    const app = express().use(port, (request, response) => response.json(userOf(request)));
    const server = app.listen(0, '127.0.0.1');
    await Promise.all([once(server, 'listening'), port.ready()]);
    const { port: number } = server.address() as AddressInfo;
    const ask = async (headers: Record<string, string>) =>
      (await fetch(`http://127.0.0.1:${String(number)}/`, { headers })).status;

    const user = await stores.users.getOrCreate({ issuer, subject: 'alice' });
    const issued = await apiKeys({ store: stores.apiKeys, scopes: [] }).issue(user, { name: 'n' }, []);
    const key = issued.outcome === 'issued' ? issued.key : '';
    const bearer = { authorization: `Bearer ${token({ sub: 'alice' })}` };
    const headers = kind === 'token' ? bearer : { 'x-api-key': key };
    const { take } = listenToCommands(connection);

    expect(await ask(headers)).toBe(200);
    // The first use of a key is noted in nobody's way; let that be over.
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect(take()).not.toEqual([]);
    for (let n = 0; n < 20; n += 1) expect(await ask(headers)).toBe(200);
    expect(take()).toEqual([]);

    port.close();
    revocations.close();
    server.close();
    server.closeAllConnections();
  });
});
