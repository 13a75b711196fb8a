import { EventEmitter, once } from 'node:events';
import express from 'express';
import {
  apiKey,
  bearer,
  InvalidRequestError,
  memoryUsers,
  sallyport,
  type CredentialSource,
} from 'sallyport';
import { createTestIssuer } from 'sallyport/testing';
import { createRequest, createResponse } from 'node-mocks-http';
import serverless from 'serverless-http';

const { issuer, audience, keys, token } = createTestIssuer();
const port = sallyport({ issuer, audience, keys, users: memoryUsers() });
const app = express()
  .use(port, (_request, response) => void response.json({}))
  .use(port.problemDetails);

const sources: [string, (headers: CredentialSource['headers']) => CredentialSource][] = [
  ['empty rawHeaders', (headers = {}) => ({ rawHeaders: [], headers })],
  ['no rawHeaders', (headers = {}) => ({ headers })],
];

describe.each(sources)('a request with %s', (_name, source) => {
  it('is read from headers', () => {
    expect(bearer()(source({ authorization: 'Bearer abc' }))).toEqual({ kind: 'token', credential: 'abc' });
    expect(apiKey()(source({ 'x-api-key': 'sp_abc' }))).toEqual({ kind: 'api-key', credential: 'sp_abc' });
    expect(bearer()(source({ authorization: ['Bearer abc'] }))).toMatchObject({ credential: 'abc' });
  });

  it.each(['Basic dXNlcjpwYXNz', 'Digest username="a", realm="b", uri="/"', ''])(
    'finds no token in %j',
    (authorization) => {
      expect(bearer()(source({ authorization }))).toBeUndefined();
    },
  );

  it.each([{}, { authorization: undefined }, { authorization: [] }])('finds nothing in %j', (headers) => {
    expect(bearer()(source(headers))).toBeUndefined();
    expect(apiKey()(source(headers))).toBeUndefined();
  });

  it.each([
    { authorization: 'Bearer abc, Bearer abc' },
    { authorization: 'Bearer abc,Bearer def' },
    { authorization: 'Basic dXNlcjpwYXNz, Bearer abc' },
    { authorization: 'Bearer abc, Basic dXNlcjpwYXNz' },
    { authorization: 'Basic dXNlcjpwYXNz,Bearer abc=' },
    { authorization: 'Bearer abc,' },
    { authorization: ['Bearer abc', 'Bearer abc'] },
  ])('is refused where the header came twice: %j', (headers) => {
    expect(() => bearer()(source(headers))).toThrow(InvalidRequestError);
  });

  it('is refused as a problem document where the header is a list', async () => {
    const request = createRequest({ method: 'GET', url: '/', headers: {} });
    Object.assign(request, source({ authorization: ['Bearer a', 'Bearer b'] }));
    const response = createResponse({ eventEmitter: EventEmitter });
    const ended = once(response, 'end');
    app(request, response);
    await ended;
    expect(response.statusCode).toBe(400);
    expect(response._getJSONData()).toMatchObject({ code: 'invalid_request' });
  });

  it.each(['sp_a, sp_b', 'sp_a,sp_a', ['sp_a', 'sp_a']])('is refused with two API keys: %j', (key) => {
    expect(() => apiKey()(source({ 'x-api-key': key }))).toThrow(InvalidRequestError);
  });
});

it('headers are not looked at where there are rawHeaders', () => {
  const headers = { authorization: 'Bearer abc' };
  expect(bearer()({ rawHeaders: ['Host', 'api.example'], headers })).toBeUndefined();
});

it('a request that is nothing but a source without headers has no credential', () => {
  expect(bearer()({})).toBeUndefined();
});

describe('serverless-http', () => {
  const call = async (headers: Record<string, string>) => {
    const event = { httpMethod: 'GET', path: '/', headers, requestContext: {} };
    const {
      statusCode,
      headers: answered,
      body,
    } = (await serverless(app)(event, {})) as {
      statusCode: number;
      headers: Record<string, string>;
      body: string;
    };
    return { status: statusCode, headers: answered, body: JSON.parse(body) as { code?: string } };
  };

  it('lets a valid token in', async () => {
    expect((await call({ Authorization: `Bearer ${token()}` })).status).toBe(200);
  });

  it('refuses as ever, with the challenge', async () => {
    const none = await call({});
    expect(none).toMatchObject({ status: 401, body: { code: 'missing_credentials' } });
    expect(none.headers['www-authenticate']).toBe('Bearer realm="api"');
    const twice = `Bearer ${token()}, Bearer ${token()}`;
    expect(await call({ Authorization: twice })).toMatchObject({
      status: 400,
      body: { code: 'invalid_request' },
    });
  });
});

describe('node-mocks-http', () => {
  const call = async (headers: Record<string, string>) => {
    const request = createRequest({ method: 'GET', url: '/', headers });
    const response = createResponse();
    const failure = await new Promise<unknown>((resolve) => {
      void port(request, response, resolve);
    });
    return { failure, auth: request.auth };
  };

  it('lets a valid token in', async () => {
    const { failure, auth } = await call({ Authorization: `Bearer ${token()}` });
    expect(failure).toBeUndefined();
    expect(auth).toMatchObject({ subject: 'user_1' });
  });

  it('refuses as ever', async () => {
    expect((await call({})).failure).toMatchObject({ status: 401, code: 'missing_credentials' });
  });
});
