import {
  InsufficientScopeError,
  InvalidRequestError,
  InvalidTokenError,
  UnauthorizedError,
} from 'express-oauth2-jwt-bearer';
import { named } from '../../../lib/problems/foreign-errors';

const parserError = (type: string, status: number) =>
  Object.assign(new Error('what was sent: {"secret"'), { type, status, statusCode: status, expose: true });

describe('an error of a body parser', () => {
  it.each([
    ['entity.parse.failed', 400, 'invalid_body'],
    ['entity.too.large', 413, 'body_too_large'],
    ['charset.unsupported', 415, 'unsupported_media_type'],
    ['encoding.unsupported', 415, 'unsupported_media_type'],
    ['request.aborted', 400, 'invalid_request'],
    ['request.size.invalid', 400, 'invalid_request'],
    ['parameters.too.many', 400, 'invalid_request'],
    ['querystring.parse.rangeError', 400, 'invalid_request'],
  ])('of type %s is %i %s, without its message', (type, status, code) => {
    const error = named(parserError(type, status), false);
    expect(error).toMatchObject({ status, code });
    expect(error.message).not.toContain('secret');
  });

  it('that comes from unpacking is told by its errno', () => {
    const unpacking = Object.assign(new Error('incorrect header check'), { status: 400, errno: -3 });
    expect(named(unpacking, false)).toMatchObject({ status: 400, code: 'invalid_request' });
  });
});

describe('an error of express-oauth2-jwt-bearer', () => {
  it('about the request is 400', () => {
    expect(named(new InvalidRequestError('two tokens'), false)).toMatchObject({
      status: 400,
      code: 'invalid_request',
    });
  });

  it('about a missing token is 401, without an error in the challenge', () => {
    expect(named(new UnauthorizedError(), false)).toMatchObject({ status: 401, code: 'missing_credentials' });
  });

  it('about scopes is 403, and names them', () => {
    const error = named(new InsufficientScopeError(['notes:read', 'notes:write']), true);
    expect(error).toMatchObject({ status: 403, code: 'insufficient_scope' });
    expect(error.message).toContain('notes:read');
  });

  it('about scopes that its challenge does not name is 403 all the same', () => {
    const error = new InsufficientScopeError(['notes:read']);
    Object.defineProperty(error, 'headers', { value: { 'WWW-Authenticate': 'Bearer realm="api"' } });
    expect(named(error, true)).toMatchObject({ status: 403, code: 'insufficient_scope' });
  });

  it('about claims is 403 where our chain has proven the caller, and 401 where it has not', () => {
    expect(named(new InvalidTokenError('no tenant'), true)).toMatchObject({
      status: 403,
      code: 'insufficient_claims',
    });
    expect(named(new InvalidTokenError('no tenant'), false)).toMatchObject({
      status: 401,
      code: 'invalid_token',
    });
  });
});

it.each<[string, object]>([
  ['a status alone', { status: 401 }],
  ['a status and headers without a challenge', { status: 401, headers: { 'Retry-After': '1' } }],
  ['no headers where there could be some', { status: 401, headers: null }],
  ['a challenge and a status of no guard', { status: 402, headers: { 'WWW-Authenticate': 'Bearer' } }],
  ['a challenge and a code of no guard', { status: 403, headers: { 'WWW-Authenticate': 'Bearer' } }],
  ['a challenge and two statuses', { status: 400, headers: { 'WWW-Authenticate': 'Bearer' } }],
  ['a challenge and another name', { status: 401, code: 'x', headers: { 'WWW-Authenticate': 'Bearer' } }],
])('an error with %s is what another server answered, or a bug: 500', (_, properties) => {
  const error = Object.assign(new Error('secret'), properties);
  expect(named(error, true)).toMatchObject({ status: 500, code: 'internal' });
});

it.each([undefined, null, 'text', 7, {}])('what is no error (%j) is a bug: 500', (thrown) => {
  expect(named(thrown, false)).toMatchObject({ status: 500, code: 'internal' });
});
