import { once as event } from 'node:events';
import { request as httpRequest, type IncomingMessage } from 'node:http';
import { connect } from 'node:net';
import express from 'express';
import {
  alice,
  closeReceivers,
  created,
  effectsOf,
  otherSecret,
  receiver,
  send,
  signed,
  userEvent,
  type Headers,
} from '../../support/clerk-receiver';

afterEach(closeReceivers);

describe('what is refused without effect', () => {
  const minutes = (count: number) => Date.now() + count * 60_000;
  const good = () => signed(created);

  it.each<[string, () => Headers, number, string]>([
    ['no headers', () => ({}), 401, 'missing_credentials'],
    ['no id', () => without(good(), 'svix-id'), 401, 'missing_credentials'],
    ['no timestamp', () => without(good(), 'svix-timestamp'), 401, 'missing_credentials'],
    ['no signature', () => without(good(), 'svix-signature'), 401, 'missing_credentials'],
    ['an empty signature', () => ({ ...good(), 'svix-signature': '' }), 401, 'missing_credentials'],
    ['the secret of another', () => signed(created, { secret: otherSecret }), 401, 'invalid_token'],
    ['the signature of another body', () => signed(`${created} `), 401, 'invalid_token'],
    ['the id of another message', () => ({ ...good(), 'svix-id': 'msg_2' }), 401, 'invalid_token'],
    ['a later timestamp', () => later(good()), 401, 'invalid_token'],
    ['a timestamp with a tail', () => tailed(good()), 401, 'invalid_token'],
    ['a timestamp that is no number', () => ({ ...good(), 'svix-timestamp': 'NaN' }), 401, 'invalid_token'],
    ['a message of six minutes ago', () => signed(created, { at: minutes(-6) }), 401, 'invalid_token'],
    ['a message of six minutes ahead', () => signed(created, { at: minutes(6) }), 401, 'invalid_token'],
    ['a signature of another version', () => versioned(good()), 401, 'invalid_token'],
    ['a signature without a version', () => unversioned(good()), 401, 'invalid_token'],
    ['a version without a signature', () => ({ ...good(), 'svix-signature': 'v1' }), 401, 'invalid_token'],
  ])('%s', async (_, headers, status, code) => {
    const here = await receiver();
    const response = await send(here.url, created, headers());
    expect(response.status).toBe(status);
    expect(await response.json()).toMatchObject({ code });
    expect(response.headers.get('www-authenticate')).toBe('Bearer realm="api"');
    expect(effectsOf(here)).toBe(0);
  });

  it.each(['svix-id', 'svix-timestamp', 'svix-signature'])('a repeated %s', async (name) => {
    const here = await receiver();
    const headers = good();
    const status = await new Promise<number | undefined>((resolve, reject) => {
      const raw = ['host', 'x', ...Object.entries(headers).flat(), name, headers[name] ?? ''];
      const sent = httpRequest(here.url, { method: 'POST', headers: raw }, (response) => {
        response.resume();
        // Node itself answers a request that it cannot read with another type.
        expect(response.headers['content-type']).toMatch(/^application\/problem\+json/);
        resolve(response.statusCode);
      });
      sent.on('error', reject).end(created);
    });
    expect(status).toBe(400);
    expect(effectsOf(here)).toBe(0);
  });

  it.each<[string, string]>([
    ['no JSON', '{"type": "user.created"'],
    ['an empty body', ''],
    ['a list', '[]'],
    ['null', 'null'],
    ['no type', '{"data": {}}'],
    ['no data', '{"type": "user.deleted"}'],
    ['no id', userEvent('user.deleted', { deleted: true })],
    ['an id that is an object', userEvent('user.deleted', { id: { $ne: null } })],
    ['an empty id', userEvent('session.ended', { id: '' })],
    ['a lone surrogate in the id', '{"type":"user.deleted","data":{"id":"\\ud800"}}'],
    ['a control character in the id', userEvent('user.deleted', { id: 'a\u0000b' })],
    ['an id of 256 characters', userEvent('user.deleted', { id: 'x'.repeat(256) })],
    ['no time of the update', userEvent('user.updated', { ...alice, updated_at: undefined })],
    ['an endless time of the update', created.replace('2000', '1e999')],
  ])('a well signed body of %s', async (_, body) => {
    const here = await receiver();
    const response = await send(here.url, body, signed(body));
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({
      code: 'invalid_body',
      errors: [{ path: expect.any(String) }],
    });
    expect(effectsOf(here)).toBe(0);
  });

  it('bytes that are no UTF-8, though they would be read as what was signed', async () => {
    const here = await receiver();
    const body = userEvent('user.deleted', { id: 'user_\ufffd' });
    const raw = Buffer.from(body.replace('\ufffd', '\u00ff'), 'latin1');
    const response = await fetch(here.url, { method: 'POST', body: raw, headers: signed(body) });
    expect(response.status).toBe(401);
    expect(effectsOf(here)).toBe(0);
  });

  it.each([true, false])('a body over the cap, its length told: %s', async (told) => {
    const here = await receiver();
    const body = userEvent('user.created', { ...alice, first_name: 'x'.repeat(200_000) });
    const stream = new Blob([body]).stream();
    const init = told ? { body } : { body: stream, duplex: 'half' as const };
    const response = await fetch(here.url, { method: 'POST', headers: signed(body), ...init });
    expect(response.status).toBe(413);
    expect(await response.json()).toMatchObject({ code: 'body_too_large' });
    expect(effectsOf(here)).toBe(0);
  });

  it('a body that says it is over the cap, before any of it comes', async () => {
    const here = await receiver();
    const sent = httpRequest(here.url, {
      method: 'POST',
      headers: { ...good(), 'content-length': '10001' },
    });
    sent.on('error', () => undefined).flushHeaders();
    const [response] = (await event(sent, 'response')) as [IncomingMessage];
    expect(response.statusCode).toBe(413);
    sent.destroy();
  });

  it('a body that is cut off', async () => {
    const here = await receiver();
    const { port } = new URL(here.url);
    const socket = connect(Number(port), '127.0.0.1');
    const headers = Object.entries(good()).map(([name, value]) => `${name}: ${value}\r\n`);
    const half = created.slice(0, 20);
    socket.write(
      `POST /webhooks/clerk HTTP/1.1\r\nHost: x\r\nContent-Length: ${String(created.length)}\r\n${headers.join('')}\r\n${half}`,
      () => socket.destroy(),
    );
    await event(socket, 'close');
    expect((await send(here.url, created, signed(created, { id: 'msg_2' }))).status).toBe(204);
    expect(here.filled).toHaveLength(1);
  });

  it('any body, as a mistake of the host, behind a body parser', async () => {
    const here = await receiver({ before: (app) => app.use(express.json()) });
    const response = await send(here.url, created, signed(created));
    expect(response.status).toBe(500);
    expect(effectsOf(here)).toBe(0);
  });
});
function without(headers: Headers, name: string): Headers {
  return Object.fromEntries(Object.entries(headers).filter(([key]) => key !== name));
}

function later(headers: Headers): Headers {
  return { ...headers, 'svix-timestamp': String(Number(headers['svix-timestamp']) + 1) };
}

function tailed(headers: Headers): Headers {
  return { ...headers, 'svix-timestamp': `${headers['svix-timestamp'] ?? ''}x` };
}

function versioned(headers: Headers): Headers {
  return { ...headers, 'svix-signature': (headers['svix-signature'] ?? '').replace('v1,', 'v2,') };
}

function unversioned(headers: Headers): Headers {
  return { ...headers, 'svix-signature': (headers['svix-signature'] ?? '').slice(3) };
}
