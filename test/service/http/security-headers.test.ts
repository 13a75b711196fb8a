import { createServer, type RequestListener } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import express, { type RequestHandler } from 'express';
import { plainHelmet, securityHeaders } from '../../../service/http/security-headers';
import { cleanUp, later } from '../../support/clean-up';
import { rawHttp } from '../../support/raw-http';
import { startService } from '../../support/service';

afterAll(cleanUp);

async function headersOf(url: string, path = '/'): Promise<string[]> {
  const answer = await rawHttp(url, `GET ${path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`);
  const [head = ''] = answer.split('\r\n\r\n', 1);
  return head.split('\r\n').slice(1);
}

async function headersSetBy(middleware: RequestHandler): Promise<string[]> {
  const app = express().disable('x-powered-by').use(middleware);
  app.use((_request, response) => void response.end());
  const server = createServer(app as RequestListener).listen(0, '127.0.0.1');
  later(() => server.close().closeAllConnections());
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return (await headersOf(url)).filter((line) => !line.startsWith('Date:'));
}

it('sets what helmet sets where it is mounted itself, byte for byte', async () => {
  const plain = await headersSetBy(plainHelmet);
  expect(plain).toContain("Content-Security-Policy: default-src 'none';frame-ancestors 'none'");
  expect(plain.length).toBeGreaterThan(12);
  expect(await headersSetBy(securityHeaders())).toEqual(plain);
});

it.each(['/health/live', '/api/users/me', '/nowhere', '/%E0', '/]'])(
  'sets them on the answer to %s',
  async (path) => {
    const plain = await headersSetBy(plainHelmet);
    const constant = plain.filter((line) => !/^(Connection|Content-Length):/.test(line));
    expect(await headersOf((await startService()).url, path)).toEqual(expect.arrayContaining(constant));
  },
);
