import express from 'express';
import { sallyport } from 'sallyport';
import { mongoStores } from 'sallyport/mongo';
import { createDpopClient, createTestIssuer } from 'sallyport/testing';
import { calculateThumbprint, generateKeyPair, generateProof } from 'dpop';
import { databaseUri } from '../../support/database-uri';
import { cleanUp, later } from '../../support/clean-up';
import { listening } from '../../support/listening';
import { closeConnections, describeMongo, openConnection } from '../../support/mongo';
import { send } from '../../support/send';

const { issuer, audience, keys, token } = createTestIssuer();
const PUBLIC = 'https://api.example';

describeMongo('two instances over one MongoDB', () => {
  afterAll(cleanUp);
  afterAll(closeConnections);

  /** With a connection and a store of its own. */
  async function instance(uri: string) {
    const stores = mongoStores(await openConnection(uri), { deadlineMs: 20_000 });
    await stores.ensureIndexes();
    const port = sallyport({
      issuer,
      audience,
      keys,
      dpop: { publicUrl: PUBLIC },
      replays: stores.replays,
      addressLimit: false,
      subjectLimit: false,
    });
    const server = await listening(
      express()
        .get('/notes', port, (_request, response) => void response.json({}))
        .use(port.problemDetails),
    );
    later(() => {
      port.close();
      return server.close();
    });
    return `${server.url}/notes`;
  }

  it('accept each proof once, also when its copies come to both at the same time', async () => {
    const uri = databaseUri();
    const urls = await Promise.all([instance(uri), instance(uri)]);
    const client = createDpopClient();
    const bound = token({ cnf: { jkt: client.jkt } });
    for (let round = 0; round < 5; round += 1) {
      const headers = client.headers(bound, { url: `${PUBLIC}/notes` });
      const answers = await Promise.all([...urls, ...urls, ...urls].map((url) => send(url, { headers })));
      expect(answers.map(({ status }) => status).sort()).toEqual([200, 401, 401, 401, 401, 401]);
    }
    const [first, second] = urls;
    const later = client.headers(bound, { url: `${PUBLIC}/notes` });
    expect((await send(first, { headers: later })).status).toBe(200);
    const copy = await send(second, { headers: later });
    expect(copy).toMatchObject({ status: 401, body: { detail: 'The DPoP proof was used before (jti).' } });
  });

  it.each(['ES256', 'RS256', 'PS256', 'Ed25519'] as const)(
    'accept the proofs of the package dpop with %s',
    async (algorithm) => {
      const url = await instance(databaseUri());
      const pair = await generateKeyPair(algorithm);
      const bound = token({ cnf: { jkt: await calculateThumbprint(pair.publicKey) } });
      const proof = () => generateProof(pair, `${PUBLIC}/notes`, 'GET', undefined, bound);
      const headers = { Authorization: `DPoP ${bound}`, DPoP: await proof() };
      expect((await send(url, { headers })).status).toBe(200);
      expect((await send(url, { headers })).status).toBe(401);
      expect((await send(url, { headers: { ...headers, DPoP: await proof() } })).status).toBe(200);
      const other = await generateKeyPair(algorithm);
      const foreign = await generateProof(other, `${PUBLIC}/notes`, 'GET', undefined, bound);
      expect((await send(url, { headers: { ...headers, DPoP: foreign } })).status).toBe(401);
    },
  );
});
