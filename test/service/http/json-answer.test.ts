import express, { type Response } from 'express';
import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { sendJson } from '../../../service/http/json-answer';
import { cleanUp, later } from '../../support/clean-up';
import { rawHttp } from '../../support/raw-http';

afterAll(cleanUp);

type Send = (response: Response, status: number, json: string) => void;
const asExpressDoes: Send = (response, status, json) =>
  void response.status(status).type('application/json').send(json);

/** The whole answer as it is on the wire, its headers in one order. */
async function answerOf(send: Send, status: number, json: string, request: string): Promise<string[]> {
  const app = express().disable('etag');
  app.use((_request, response) => send(response.set('ETag', '"abc"'), status, json));
  const server = createServer(app as RequestListener).listen(0, '127.0.0.1');
  later(() => server.close().closeAllConnections());
  await once(server, 'listening');
  const answer = await rawHttp(`http://127.0.0.1:${(server.address() as AddressInfo).port}`, request);
  const [head = '', body = ''] = answer.split('\r\n\r\n');
  return [
    ...head
      .replace(/Date: .*/, 'Date')
      .split('\r\n')
      .sort(),
    body,
  ];
}

const TEXTS = {
  short: '{"a":1}',
  long: JSON.stringify({ text: 'x'.repeat(5000) }),
  'beyond ASCII': JSON.stringify({ text: 'Grüße 漢字 😀 \u2028'.repeat(200) }),
  empty: '',
};
const REQUESTS = {
  GET: 'GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n',
  HEAD: 'HEAD / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n',
  POST: 'POST / HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 0\r\n\r\n',
  'GET of HTTP/1.0': 'GET / HTTP/1.0\r\n\r\n',
  'GET of what is known': 'GET / HTTP/1.1\r\nHost: x\r\nIf-None-Match: "abc"\r\nConnection: close\r\n\r\n',
  'GET of anything known': 'GET / HTTP/1.1\r\nHost: x\r\nIf-None-Match: *\r\nConnection: close\r\n\r\n',
};

describe.each(Object.entries(TEXTS))('JSON that is %s', (_, json) => {
  it.each(Object.entries(REQUESTS))(
    'is sent as Express would send it, byte for byte: %s',
    async (__, request) => {
      for (const status of [200, 201]) {
        const answer = await answerOf(sendJson, status, json, request);
        expect(answer).toEqual(await answerOf(asExpressDoes, status, json, request));
      }
    },
  );
});
