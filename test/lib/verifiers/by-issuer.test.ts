import express from 'express';
import request from 'supertest';
import { memoryUsers, nodeCrypto, sallyport, staticKeys } from 'sallyport';
import { createTestIssuer } from 'sallyport/testing';

const issuers = ['https://a.test', 'https://b.test'].map((issuer) => createTestIssuer({ issuer }));
const [issuer] = issuers as [ReturnType<typeof createTestIssuer>];
const port = sallyport({
  users: memoryUsers(),
  owner: ({ subject }) => subject,
  engine: nodeCrypto(),
  issuers: issuers.map((each) => ({
    issuer: each.issuer,
    audience: each.audience,
    keys: staticKeys(each.jwks() as never),
  })),
});
const app = express().get('/', port, (_request, response) => void response.end());
app.use(port.problemDetails);

afterAll(() => {
  port.close();
});

/** How often a payload that says `text` is parsed for one request. */
async function parses(token: string, text: string, status: number): Promise<number> {
  const parse = jest.spyOn(JSON, 'parse');
  try {
    await request(app).get('/').set('Authorization', `Bearer ${token}`).expect(status);
    return parse.mock.calls.filter(([json]) => json.includes(text)).length;
  } finally {
    parse.mockRestore();
  }
}

it('among several issuers a token is parsed once', async () => {
  expect(await parses(issuer.token({ sub: 'parsed_once' }), 'parsed_once', 200)).toBe(1);
});

it('a token of none of them is refused after each was asked', async () => {
  const stranger = createTestIssuer({ issuer: 'https://c.test' });
  expect(await parses(stranger.token({ sub: 'stranger' }), 'stranger', 401)).toBe(3);
});

it('what is no token at all is refused as that, and not for its issuer', async () => {
  const answer = await request(app).get('/').set('Authorization', 'Bearer a.b.c').expect(401);
  expect(answer.body).toMatchObject({ code: 'invalid_token' });
  expect(answer.body.detail).not.toContain('issuer');
});
