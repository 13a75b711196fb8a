import { traceIdOf } from '../../../service/ops/trace-id';
import { cleanUp } from '../../support/clean-up';
import { startService, type ServiceUnderTest } from '../../support/service';

let service: ServiceUnderTest;
beforeAll(async () => {
  service = await startService();
});
afterAll(cleanUp);

/** What the log says of the one request that is sent with these headers. */
async function lineOf(path: string, headers: Record<string, string>): Promise<Record<string, unknown>> {
  const id = `req-${String(Math.random()).slice(2)}`;
  await service.with(headers).get(path, { 'x-request-id': id });
  const lines = service.log().filter(({ msg, requestId }) => msg === 'request' && requestId === id);
  expect(lines).toHaveLength(1);
  return lines[0]!;
}

const signed = (claims: Record<string, unknown>, header: Record<string, unknown> = {}) => ({
  authorization: `Bearer ${service.issuer.token({ sub: 'ada', ...claims }, header)}`,
});
const kid = () => (service.issuer.jwks() as { keys: { kid: string }[] }).keys[0]!.kid;

describe('the line of a refused request', () => {
  it('names whom a good signature proves, the kid and the address', async () => {
    const { issuer } = service.issuer;
    expect(await lineOf('/api/users/me', signed({ exp: 1 }))).toMatchObject({
      status: 401,
      code: 'invalid_token',
      reason: 'expired',
      issuer,
      subject: 'ada',
      kid: kid(),
      address: '127.0.0.1',
    });
    expect(await lineOf('/api/user_modules/user/bob', signed({}))).toMatchObject({
      status: 403,
      code: 'not_owner',
      issuer,
      subject: 'ada',
      kid: kid(),
      address: '127.0.0.1',
    });
  });

  it('says what audience or issuer was expected, and what came', async () => {
    expect(await lineOf('/api/users/me', signed({ aud: 'other' }))).toMatchObject({
      reason: 'audience',
      expected: 'analyzer',
      received: 'other',
      subject: 'ada',
    });
    const foreign = await lineOf('/api/users/me', signed({ iss: 'https://other.example' }));
    expect(foreign).toMatchObject({
      reason: 'unknown_issuer',
      expected: service.issuer.issuer,
      received: 'https://other.example',
      kid: kid(),
    });
    // Nobody has proven that.
    expect(foreign).not.toHaveProperty('subject');
  });

  it('names a kid that nobody knows, and nobody where nothing is proven', async () => {
    const line = await lineOf('/api/users/me', signed({}, { kid: 'made-up' }));
    expect(line).toMatchObject({ reason: 'unknown_key', kid: 'made-up', address: '127.0.0.1' });
    expect(line).not.toHaveProperty('subject');
    expect(line).not.toHaveProperty('issuer');
    const missing = await lineOf('/api/users/me', {});
    expect(missing).toMatchObject({ code: 'missing_credentials', address: '127.0.0.1' });
    for (const name of ['reason', 'kid', 'subject']) expect(missing).not.toHaveProperty(name);
  });

  it('names who was revoked', async () => {
    const session = signed({ sid: 'sess_9' });
    expect((await service.with(session).post('/api/sessions/revoke', '')).status).toBe(204);
    expect(await lineOf('/api/users/me', session)).toMatchObject({
      reason: 'revoked',
      subject: 'ada',
      kid: kid(),
    });
  });

  it('names neither caller nor address where the request was served', async () => {
    const line = await lineOf('/api/users/me', signed({}));
    for (const name of ['address', 'subject', 'issuer', 'kid']) expect(line).not.toHaveProperty(name);
  });

  it('and no other part of the answer has any of it', async () => {
    const answer = await service.with(signed({ exp: 1 })).get('/api/users/me');
    expect(Object.keys(answer.json).sort()).toEqual([
      'code',
      'detail',
      'requestId',
      'status',
      'title',
      'type',
    ]);
  });
});

describe('trace ids', () => {
  const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736';

  it('stand in the line of the request that names one', async () => {
    const traceparent = `00-${TRACE}-00f067aa0ba902b7-01`;
    expect(await lineOf('/api/users/me', { ...signed({}), traceparent })).toMatchObject({ trace_id: TRACE });
    expect(await lineOf('/api/users/me', { ...signed({}), traceparent: 'x' })).not.toHaveProperty('trace_id');
  });

  it.each([
    ['of a later version', `01-${TRACE}-00f067aa0ba902b7-01-more`],
    ['of this version', `00-${TRACE}-00f067aa0ba902b7-00`],
  ])('are read from a traceparent %s', (_, traceparent) => {
    expect(traceIdOf(traceparent)).toBe(TRACE);
  });

  it.each([
    ['nothing', undefined],
    ['two', [`00-${TRACE}-00f067aa0ba902b7-01`]],
    ['an empty text', ''],
    ['version ff', `ff-${TRACE}-00f067aa0ba902b7-01`],
    ['a trace of zeros', `00-${'0'.repeat(32)}-00f067aa0ba902b7-01`],
    ['a parent of zeros', `00-${TRACE}-${'0'.repeat(16)}-01`],
    ['capitals', `00-${TRACE.toUpperCase()}-00f067aa0ba902b7-01`],
    ['a trace that is too long', `00-${TRACE}0-00f067aa0ba902b7-01`],
    ['more behind version 00', `00-${TRACE}-00f067aa0ba902b7-01-more`],
    ['a line break', `00-${TRACE}-00f067aa0ba902b7-01\n`],
  ])('are not read from %s', (_, traceparent) => {
    expect(traceIdOf(traceparent)).toBeUndefined();
  });
});
