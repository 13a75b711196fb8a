import { jwtVerifier, memoryUsers, sallyport } from 'sallyport';
import { createTestIssuer, type TestIssuer } from 'sallyport/testing';
import express from 'express';
import { createServer } from 'node:http';
import request from 'supertest';

const issuer = createTestIssuer();
const { audience, keys } = issuer;

/** A token of this many characters, or one or two less where base64url has none such. */
function tokenOf(length: number, { token }: TestIssuer = issuer): string {
  for (let bytes = Math.floor((length * 3) / 4); ; bytes -= 1) {
    const made = token({ filler: 'x'.repeat(bytes) });
    if (made.length <= length) return made;
  }
}

const judge = (length: number, rules = {}) =>
  jwtVerifier({ issuer: issuer.issuer, audience, keys, ...rules })(tokenOf(length)).then(
    () => 'accepted',
    (error: unknown) => (error as { reason: string }).reason,
  );

it('a token may have 16384 characters', async () => {
  expect(tokenOf(16_384).length).toBeGreaterThan(16_381);
  expect(await judge(16_384)).toBe('accepted');
  expect(await judge(16_388)).toBe('malformed');
});

it('a host says otherwise', async () => {
  expect(await judge(2000, { maxTokenLength: 2000 })).toBe('accepted');
  expect(await judge(2004, { maxTokenLength: 2000 })).toBe('malformed');
  expect(await judge(40_000, { maxTokenLength: 40_000 })).toBe('accepted');
});

it.each([0, -1, 1.5, NaN, Infinity, '8192', null])('%p is no length', (maxTokenLength) => {
  expect(() =>
    jwtVerifier({ issuer: issuer.issuer, audience, keys, maxTokenLength: maxTokenLength as never }),
  ).toThrow('"maxTokenLength" must be a whole number from 1');
});

it('of several issuers each bounds its own tokens, in a server whose headers may be as long', async () => {
  const long = createTestIssuer({ issuer: 'https://long.test' });
  const port = sallyport({
    users: memoryUsers(),
    owner: ({ subject }) => subject,
    issuers: [
      { issuer: issuer.issuer, audience, keys },
      { issuer: long.issuer, audience, keys: long.keys, maxTokenLength: 30_000 },
    ],
  });
  const app = express().get('/', port, (_request, response) => void response.end());
  app.use(port.problemDetails);
  const server = createServer({ maxHeaderSize: 65_536 }, app);
  const get = (token: string) => request(server).get('/').set('Authorization', `Bearer ${token}`);
  await get(tokenOf(16_384)).expect(200);
  await get(tokenOf(16_388)).expect(401);
  await get(tokenOf(30_000, long)).expect(200);
  await get(tokenOf(30_004, long)).expect(401);
  port.close();
});
