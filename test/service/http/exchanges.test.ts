import { once } from 'node:events';
import { createServer, type RequestListener, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import express from 'express';
import request from 'supertest';
import { exchangeOf } from '../../../service/http/exchanges';
import { cleanUp, later } from '../../support/clean-up';
import { eventually } from '../../support/eventually';
import { bare, pipeline } from '../../support/pipeline';
import { rawHttp } from '../../support/raw-http';

afterAll(cleanUp);

async function listening(app: RequestListener): Promise<string> {
  const server = createServer(app).listen(0, '127.0.0.1');
  later(() => server.close().closeAllConnections());
  await once(server, 'listening');
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** A server that tells of each exchange's end twice, once to each of two listeners. */
async function watched(handle: RequestListener) {
  const ends: string[] = [];
  const responses: ServerResponse[] = [];
  const url = await listening((incoming, response) => {
    responses.push(response);
    const tell = () => ends.push(`${incoming.url} ${exchangeOf(response).answered() ? 'answered' : 'cut'}`);
    exchangeOf(response).onEnd(tell);
    exchangeOf(response).onEnd(tell);
    handle(incoming, response);
  });
  return { url, ends, responses };
}

it('ends once for every listener when the answer has gone out', async () => {
  const { url, ends } = await watched((_request, response) => void response.end('done'));
  await rawHttp(url, 'GET /a HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n');
  expect(ends).toEqual(['/a answered', '/a answered']);
});

it('ends once for every listener and every queued request when the connection closes', async () => {
  const { url, ends, responses } = await watched((incoming, response) => {
    if (incoming.url === '/b') response.end('queued behind /a');
  });
  const socket = await pipeline(url, [bare('GET', '/a'), bare('GET', '/b'), bare('GET', '/c')]);
  await eventually(() => responses.length === 3);
  expect(ends).toEqual([]);
  socket.destroy();
  await eventually(() => ends.length >= 6);
  for (const response of responses) if (!response.writableEnded) response.end('too late');
  await new Promise(setImmediate);
  expect(ends.sort()).toEqual(['/a cut', '/a cut', '/b cut', '/b cut', '/c cut', '/c cut']);
});

it('calls a listener that comes after the end at once', async () => {
  const { url, ends, responses } = await watched((_request, response) => void response.end());
  const socket = await pipeline(url, [bare('GET', '/a')]);
  await eventually(() => ends.length === 2);
  socket.destroy();
  const late = jest.fn();
  exchangeOf(responses[0]!).onEnd(late);
  expect(late).toHaveBeenCalledTimes(1);
});

it('has ended already when the first to ask comes after the connection closed', async () => {
  const responses: ServerResponse[] = [];
  const url = await listening((_request, response) => void responses.push(response));
  const socket = await pipeline(url, [bare('GET', '/a'), bare('GET', '/b')]);
  await eventually(() => responses.length === 2);
  socket.destroy();
  await eventually(() => responses[0]!.req.socket.closed);
  for (const response of responses) {
    const late = jest.fn();
    exchangeOf(response).onEnd(late);
    expect(late).toHaveBeenCalledTimes(1);
    expect(exchangeOf(response).answered()).toBe(false);
  }
});

it('is known in an Express app that no server of ours was made for', async () => {
  const ended = jest.fn();
  const app = express().use((_request, response) => {
    exchangeOf(response).onEnd(() => ended(exchangeOf(response).answered()));
    response.json({});
  });
  await request(app).get('/').expect(200);
  await eventually(() => ended.mock.calls.length === 1);
  expect(ended).toHaveBeenCalledWith(true);
});
