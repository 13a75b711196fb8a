import { createSecretKey } from 'node:crypto';
import { generateSigningKey, signToken } from 'sallyport/testing';
import {
  CAEP,
  closeSignalApps,
  eventToken,
  logoutToken,
  RISC,
  seconds,
  signalApp,
  type SignalApp,
} from '../../support/signals';

let app: SignalApp;
beforeAll(async () => {
  app = await signalApp({ more: { maxBytes: 20_000 } });
});
afterAll(closeSignalApps);

const good = (claims = {}, header = {}) => eventToken(app.issuer, claims, header);
const revoked = (event: unknown = {}) => ({ events: { [`${CAEP}session-revoked`]: event } });
const subject = (sub_id: unknown) => good({ sub_id });

function forged(header: object, key = generateSigningKey('RS256').privateKey): string {
  const [head = '', payload = ''] = good().split('.');
  const read = (part: string) => JSON.parse(Buffer.from(part, 'base64url').toString()) as object;
  return signToken({ ...read(head), ...header }, read(payload), key);
}

describe('tokens that are refused with nothing written', () => {
  it.each<[string, () => string, string, string]>([
    ['of another issuer', () => good({ iss: 'https://evil.example' }), 'invalid_issuer', 'another issuer'],
    ['of no issuer', () => good({ iss: undefined }), 'invalid_issuer', 'another issuer'],
    [
      'for another receiver',
      () => good({ aud: 'https://other.example' }),
      'invalid_audience',
      'another audience',
    ],
    ['for nobody', () => good({ aud: undefined }), 'invalid_audience', 'another audience'],
    ['without typ', () => good({}, { typ: undefined }), 'invalid_request', 'typ is not secevent+jwt'],
    ['of typ JWT', () => good({}, { typ: 'JWT' }), 'invalid_request', 'typ is not secevent+jwt'],
    ['of typ logout+jwt', () => good({}, { typ: 'logout+jwt' }), 'invalid_request', 'typ is not'],
    ['of typ at+jwt', () => good({}, { typ: 'at+jwt' }), 'invalid_request', 'typ is not'],
    [
      'of a typ that only begins so',
      () => good({}, { typ: 'secevent+jwt2' }),
      'invalid_request',
      'typ is not',
    ],
    ['that is a logout token', () => logoutToken(app.issuer), 'invalid_request', 'typ is not'],
    ['that is an access token', () => app.issuer.token(), 'invalid_request', 'typ is not'],
    ['with a crit', () => good({}, { crit: ['exp'] }), 'invalid_request', 'crit is not supported'],
    ['without events', () => good({ events: undefined }), 'invalid_request', 'events are not an object'],
    ['with no event', () => good({ events: {} }), 'invalid_request', 'events are not an object'],
    [
      'with a list of events',
      () => good({ events: [`${CAEP}session-revoked`] }),
      'invalid_request',
      'events are not',
    ],
    ['with an event that is text', () => good(revoked('now')), 'invalid_request', 'is not an object'],
    ['with an event that is null', () => good(revoked(null)), 'invalid_request', 'is not an object'],
    [
      'with an unknown event that is a list',
      () => good({ events: { 'urn:x': [] } }),
      'invalid_request',
      'not an object',
    ],
    [
      'with 21 events',
      () =>
        good({ events: Object.fromEntries(Array.from({ length: 21 }, (_, n) => [`urn:${String(n)}`, {}])) }),
      'invalid_request',
      'too many events',
    ],
    [
      'with a time that is text',
      () => good(revoked({ event_timestamp: 'now' })),
      'invalid_request',
      'not a number',
    ],
    [
      'with a time before 1970',
      () => good(revoked({ event_timestamp: -1e306 })),
      'invalid_request',
      'not a number from 0',
    ],
    ['with a toe that is null', () => good({ ...revoked(), toe: null }), 'invalid_request', 'not a number'],
    ['without a subject', () => subject(undefined), 'invalid_request', 'subject is not of a form'],
    ['with a subject that is text', () => subject('alice'), 'invalid_request', 'subject is not of a form'],
    [
      'with a subject without format',
      () => subject({ iss: app.issuer.issuer, sub: 'alice' }),
      'invalid_request',
      'subject',
    ],
    ['with a format that is a number', () => subject({ format: 1, id: 'a' }), 'invalid_request', 'subject'],
    [
      'with an email for a subject',
      () => subject({ format: 'email', email: 'a@b.example' }),
      'invalid_request',
      'subject',
    ],
    [
      "with another issuer's subject",
      () => subject({ format: 'iss_sub', iss: 'https://other.example', sub: 'alice' }),
      'invalid_request',
      'subject',
    ],
    [
      'with a subject of no issuer',
      () => subject({ format: 'iss_sub', sub: 'alice' }),
      'invalid_request',
      'subject',
    ],
    [
      'with a sub that is an operator',
      () => subject({ format: 'iss_sub', iss: app.issuer.issuer, sub: { $ne: null } }),
      'invalid_request',
      'subject',
    ],
    ['with an empty id', () => subject({ format: 'opaque', id: '' }), 'invalid_request', 'subject'],
    [
      'with an id of 256 characters',
      () => subject({ format: 'opaque', id: 'x'.repeat(256) }),
      'invalid_request',
      'subject',
    ],
    [
      'with a control character in the id',
      () => subject({ format: 'opaque', id: 'a\n' }),
      'invalid_request',
      'subject',
    ],
    [
      'with a complex subject of nobody',
      () => subject({ format: 'complex', device: {} }),
      'invalid_request',
      'subject',
    ],
    [
      'with a session that has no id',
      () => subject({ format: 'complex', session: { format: 'opaque' } }),
      'invalid_request',
      'subject',
    ],
    [
      'with a complex subject in a complex one',
      () => subject({ format: 'complex', user: { format: 'complex', user: { format: 'opaque', id: 'a' } } }),
      'invalid_request',
      'subject',
    ],
    [
      'of a disabled account that only a session names',
      () =>
        good({
          sub_id: { format: 'complex', session: { format: 'opaque', id: 's' } },
          events: { [`${RISC}account-disabled`]: {} },
        }),
      'invalid_request',
      'subject',
    ],
    ['without jti', () => good({ jti: undefined }), 'invalid_request', 'no identifier'],
    ['without iat', () => good({ iat: undefined }), 'invalid_request', 'when it was issued'],
    ['issued in a minute', () => good({ iat: seconds() + 60 }), 'invalid_request', 'issued in the future'],
    ['that has expired', () => good({ exp: seconds() - 10 }), 'invalid_request', 'has expired'],
    ['of 31 days ago', () => good({ iat: seconds() - 31 * 86_400 }), 'invalid_request', 'too long ago'],
    ['of alg none', () => forged({ alg: 'none' }), 'invalid_request', 'three base64url parts'],
    [
      'of alg none with a signature',
      () => `${forged({ alg: 'none' })}AAAA`,
      'invalid_key',
      'algorithm is not allowed',
    ],
    [
      'of alg HS256 over the public key',
      () => forged({ alg: 'HS256' }, createSecretKey(Buffer.from(app.issuer.publicKeyPem()))),
      'invalid_key',
      'algorithm is not allowed',
    ],
    ["signed with another's key", () => forged({}), 'invalid_key', 'signature does not verify'],
    ['signed with an unknown key', () => forged({ kid: 'other' }), 'invalid_key', 'no such key'],
    ['that is nothing', () => '', 'invalid_request', 'three base64url parts'],
    ['that is JSON', () => '{"iss":"x"}', 'invalid_request', 'three base64url parts'],
    ['with a line break behind', () => `${good()}\n`, 'invalid_request', 'three base64url parts'],
    [
      'of more than 16384 characters',
      () => good({ filler: 'x'.repeat(13_000) }),
      'invalid_request',
      'too long',
    ],
  ])('%s', async (_, token, err, words) => {
    await refusedWith(await app.signal(token()), err, words);
  });
});

it.each(['application/jwt', 'application/json', 'text/plain'])('a body of type %s', async (type) => {
  const answer = await app.signal(good(), { headers: { 'content-type': type } });
  await refusedWith(answer, 'invalid_request', 'must be of type application/secevent+jwt');
});

it('a body over the cap: 413', async () => {
  expect((await app.signal(good({ filler: 'x'.repeat(16_000) }))).status).toBe(413);
  expect([app.written, [...app.claimed]]).toEqual([[], []]);
});

it('is answered 503 while the keys cannot be had', async () => {
  const cut = await signalApp();
  await cut.issuer.fail('refused');
  const answer = await cut.signal(eventToken(cut.issuer));
  expect(answer.status).toBe(503);
  expect(await answer.json()).toMatchObject({ code: 'keys_unavailable' });
  expect([cut.written.length, cut.claimed.size]).toEqual([0, 0]);
});

/** As RFC 8935 section 2.3 has it. */
async function refusedWith(answer: Response, err: string, words: string): Promise<void> {
  expect(answer.status).toBe(400);
  expect(answer.headers.get('content-type')).toMatch(/^application\/json/);
  expect(answer.headers.get('content-language')).toBe('en');
  expect(await answer.json()).toEqual({ err, description: expect.stringContaining(words) });
  expect([app.written, [...app.claimed]]).toEqual([[], []]);
}
