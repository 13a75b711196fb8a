import { createSecretKey } from 'node:crypto';
import { request } from 'node:http';
import express from 'express';
import { generateSigningKey, signToken } from 'sallyport/testing';
import {
  closeSignalApps,
  LOGOUT,
  logoutToken,
  seconds,
  signalApp,
  type SignalApp,
} from '../../support/signals';

let app: SignalApp;
beforeAll(async () => {
  app = await signalApp({ more: { maxBytes: 20_000 } });
});
afterAll(closeSignalApps);

const good = (claims = {}, header = {}) => logoutToken(app.issuer, claims, header);
const claimsOf = (token: string) =>
  JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()) as object;
const headerOf = (token: string) =>
  JSON.parse(Buffer.from(token.split('.')[0] ?? '', 'base64url').toString()) as object;
const form = (body: string) => ({ body, headers: { 'content-type': 'application/x-www-form-urlencoded' } });

/** Truly the same header and claims, signed by somebody else or as somebody else would. */
function forged(header: object, key = generateSigningKey('RS256').privateKey): string {
  const token = good();
  return signToken({ ...headerOf(token), ...header }, claimsOf(token), key);
}

describe('tokens that are refused with nothing written', () => {
  it.each<[string, () => string, string]>([
    ['of another issuer', () => good({ iss: 'https://evil.example' }), 'The token is of another issuer.'],
    ['of the issuer with a slash behind', () => good({ iss: `${app.issuer.issuer}/` }), 'another issuer'],
    ['of no issuer', () => good({ iss: undefined }), 'another issuer'],
    ['for another client', () => good({ aud: 'another' }), 'another audience'],
    ['for the API in place of the client', () => good({ aud: 'api' }), 'another audience'],
    ['for nobody', () => good({ aud: undefined }), 'another audience'],
    ['with an audience that is an object', () => good({ aud: { s6BhdRkqt3: true } }), 'aud is not a string'],
    ['of typ at+jwt', () => good({}, { typ: 'at+jwt' }), 'typ is not that of a logout token'],
    ['of typ secevent+jwt', () => good({}, { typ: 'secevent+jwt' }), 'typ is not that'],
    ['of typ dpop+jwt', () => good({}, { typ: 'dpop+jwt' }), 'typ is not that'],
    ['of a typ that is a number', () => good({}, { typ: 7 }), 'typ is not that'],
    ['with a crit', () => good({}, { crit: ['x'], x: 1 }), 'crit is not supported'],
    ['without events', () => good({ events: undefined }), 'events do not say'],
    ['with another event', () => good({ events: { 'https://example.com/logout': {} } }), 'events do not say'],
    ['with an event in a list', () => good({ events: [LOGOUT] }), 'events do not say'],
    ['with events that are its name', () => good({ events: LOGOUT }), 'events do not say'],
    ['with an event that is true', () => good({ events: { [LOGOUT]: true } }), 'events do not say'],
    ['with an event that is a list', () => good({ events: { [LOGOUT]: [] } }), 'events do not say'],
    ['with a nonce', () => good({ nonce: 'n-0S6_WzA2Mj' }), 'no nonce'],
    ['with a nonce that is null', () => good({ nonce: null }), 'no nonce'],
    ['that names nobody', () => good({ sid: undefined }), 'neither a session'],
    ['with an empty sid alone', () => good({ sid: '' }), 'neither a session'],
    ['with a sid that is an object', () => good({ sid: { $ne: null } }), 'sid is not a well-formed string'],
    ['with a sid of a control character', () => good({ sid: 'a\u0000b' }), 'sid is not a well-formed'],
    ['with half a surrogate pair for a sub', () => good({ sub: '\ud800' }), 'sub is not a string'],
    ['with a sub of 256 characters', () => good({ sub: 'x'.repeat(256) }), 'sub is not a string'],
    ['with a sub that is null', () => good({ sub: null, sid: undefined }), 'sub is not a string'],
    ['without jti', () => good({ jti: undefined }), 'no identifier'],
    ['with an empty jti', () => good({ jti: '' }), 'no identifier'],
    ['with a jti that is a number', () => good({ jti: 1 }), 'jti is not a well-formed string'],
    ['without iat', () => good({ iat: undefined }), 'when it was issued'],
    ['issued in a minute', () => good({ iat: seconds() + 60 }), 'issued in the future'],
    ['that has expired', () => good({ exp: seconds() - 10 }), 'has expired'],
    ['that is not valid yet', () => good({ nbf: seconds() + 60 }), 'not valid yet'],
    ['with an exp that is text', () => good({ exp: 'never' }), 'exp is not a number'],
    [
      'issued three minutes ago, and without exp',
      () => good({ exp: undefined, iat: seconds() - 180 }),
      'too long ago',
    ],
    ['of 31 days ago that lives on', () => good({ iat: seconds() - 31 * 86_400 }), 'too long ago'],
    ['of alg none', () => forged({ alg: 'none' }), 'three base64url parts'],
    ['of alg none with a signature', () => `${forged({ alg: 'none' })}AAAA`, 'algorithm is not allowed'],
    [
      'of alg HS256 over the public key',
      () => forged({ alg: 'HS256' }, createSecretKey(Buffer.from(app.issuer.publicKeyPem()))),
      'algorithm is not allowed',
    ],
    ['of an algorithm that is not allowed', () => good({}, { alg: 'PS256' }), 'algorithm is not allowed'],
    ["signed with another's key under the issuer's kid", () => forged({}), 'signature does not verify'],
    ['signed with a key that the issuer does not have', () => forged({ kid: 'other' }), 'no such key'],
    ['without kid', () => good({}, { kid: undefined }), 'does not name its key'],
    ['whose payload was changed', () => swapped(good(), good({ sid: 'admin' })), 'signature does not verify'],
    [
      'that is an ID token',
      () => app.issuer.token({ aud: 's6BhdRkqt3', nonce: 'n', jti: 'j' }),
      'events do not say',
    ],
    ['that is an access token', () => app.issuer.token({}, { typ: 'at+jwt' }), 'typ is not that'],
    ['that is encrypted', () => 'e30.AAAA.AAAA.AAAA.AAAA', 'three base64url parts'],
    ['that is empty', () => '', 'three base64url parts'],
    ['of more than 16384 characters', () => good({ filler: 'x'.repeat(13_000) }), 'too long'],
  ])('%s', async (_, token, words) => {
    await refusedWith(await app.logout(token()), words);
  });

  function swapped(one: string, other: string): string {
    const [header, , signature] = one.split('.');
    return [header, other.split('.')[1], signature].join('.');
  }
});

describe('bodies that are refused with nothing written', () => {
  const type = (name: string) => ({ headers: { 'content-type': name } });

  it.each<[string, () => RequestInit, string]>([
    [
      'of JSON',
      () => ({ body: JSON.stringify({ logout_token: good() }), ...type('application/json') }),
      'of type',
    ],
    [
      'of a form in parts',
      () => ({ body: `logout_token=${good()}`, ...type('multipart/form-data') }),
      'of type',
    ],
    ['of no type', () => ({ body: Buffer.from(`logout_token=${good()}`), headers: {} }), 'of type'],
    ['without the token', () => form('state=1'), 'one logout_token'],
    ['with nothing', () => form(''), 'one logout_token'],
    ['with the token twice', () => form(`logout_token=${good()}&logout_token=${good()}`), 'one logout_token'],
    ['with the token under another name', () => form(`token=${good()}`), 'one logout_token'],
    ['with a space before the token', () => form(`logout_token=+${good()}`), 'three base64url parts'],
  ])('%s', async (_, init, words) => {
    await refusedWith(await app.logout('', init()), words);
  });

  it('over the cap: 413', async () => {
    const answer = await app.logout(good({ filler: 'x'.repeat(16_000) }));
    expect(answer.status).toBe(413);
    expect(await answer.json()).toMatchObject({ code: 'body_too_large' });
    expect([app.written, [...app.claimed]]).toEqual([[], []]);
  });

  it('late: 408', async () => {
    const slow = await signalApp({ more: { timeoutMs: 50 } });
    const body = new ReadableStream({
      start: (stream) => {
        stream.enqueue(Buffer.from('logout_token='));
      },
    });
    const answer = await slow.logout('', { ...form(''), body, duplex: 'half' });
    expect(answer.status).toBe(408);
    expect(slow.written).toEqual([]);
  });

  it('that a parser in front has eaten: a mistake of the host', async () => {
    const parsed = await signalApp({ before: [express.urlencoded()] });
    expect((await parsed.logout(logoutToken(parsed.issuer))).status).toBe(500);
    expect(parsed.written).toEqual([]);
  });
});

it('a type that is told twice', async () => {
  const body = `logout_token=${good()}`;
  const type = 'application/x-www-form-urlencoded';
  const headers = [
    'host',
    'x',
    'content-type',
    type,
    'content-type',
    type,
    'content-length',
    String(body.length),
  ];
  app.events.splice(0);
  const status = await new Promise<number | undefined>((resolve, reject) => {
    const sent = request(`${app.url}/logout/backchannel`, { method: 'POST', headers }, (response) => {
      response.resume();
      resolve(response.statusCode);
    });
    sent.on('error', reject).end(body);
  });
  expect(status).toBe(400);
  expect(app.events.at(-1)).toMatchObject({ type: 'refused', code: 'invalid_request' });
  expect([app.written, [...app.claimed]]).toEqual([[], []]);
});

it('is 500, and acts when it comes again, where what revokes is broken', async () => {
  let broken = true;
  const revoke = () => (broken ? Promise.reject(new Error('a secret of the store')) : Promise.resolve());
  const here = await signalApp({ more: { revocations: { revoke } } });
  const token = logoutToken(here.issuer);
  const answer = await here.logout(token);
  expect(answer.status).toBe(500);
  expect(await answer.text()).not.toContain('secret');
  broken = false;
  expect((await here.logout(token)).status).toBe(200);
});

it('counts refusals against the address, so that a guesser is turned away', async () => {
  const limited = await signalApp({ perMinute: 3 });
  const statuses: number[] = [];
  for (let count = 0; count < 5; count += 1) statuses.push((await limited.logout('x')).status);
  expect(statuses).toEqual([400, 400, 400, 429, 429]);
});

it('tells the host why, with what was expected, and never the token', async () => {
  const token = good({ aud: 'another' });
  await app.logout(token);
  const told = app.events.at(-1);
  expect(told).toMatchObject({
    type: 'refused',
    status: 400,
    code: 'invalid_request',
    reason: 'audience',
    expected: 's6BhdRkqt3',
    received: 'another',
  });
  expect(JSON.stringify(app.events)).not.toContain(token.slice(0, 40));
});

/** As section 2.8 of the standard has it. */
async function refusedWith(answer: Response, words: string): Promise<void> {
  expect([answer.status, answer.headers.get('cache-control')]).toEqual([400, 'no-store']);
  expect(answer.headers.get('content-type')).toMatch(/^application\/json/);
  expect(await answer.json()).toEqual({
    error: 'invalid_request',
    error_description: expect.stringContaining(words),
  });
  expect([app.written, [...app.claimed]]).toEqual([[], []]);
}
