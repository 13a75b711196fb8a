import type { AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import express from 'express';
import { memoryRevocations, memoryUsers, revocationFeed, sallyport, type RevocationStore } from 'sallyport';
import { createTestIssuer } from 'sallyport/testing';

/** `frozen-chain.ts <speed>`: serves a chain whose revocations live that many times as fast; says its port and a token. */
const speed = Number(process.argv[2]);
const { issuer, audience, keys, token } = createTestIssuer();
const { add, read, removeExpired } = memoryRevocations();
/** As far away as a database. */
const store: RevocationStore = { add, removeExpired, read: (after) => delay(50).then(() => read(after)) };
const revocations = revocationFeed({ store, pollMs: 50, monotonic: () => performance.now() * speed });
const port = sallyport({ issuer, audience, keys, users: memoryUsers(), revocations });
const app = express()
  .use(port, (_request, response) => void response.json({}))
  .use(port.problemDetails);

const server = app.listen(0, '127.0.0.1', () => {
  console.log((server.address() as AddressInfo).port);
  console.log(token());
});
