import {
  authenticate,
  cached,
  firstOf,
  jwtVerifier,
  memoryApiKeys,
  memoryRevocations,
  memoryUsers,
  provisionUser,
  rateLimit,
  remoteKeys,
  requireOwner,
  requireToken,
  revocable,
  sallyport,
  type Verifier,
} from 'sallyport';
import { mongoStores } from 'sallyport/mongo';
import { createTestIssuer } from 'sallyport/testing';
import mongoose from 'mongoose';

const { issuer, audience, keys, token } = createTestIssuer();
const ours = { issuer, audience, keys, users: memoryUsers() };
const verifier: Verifier = () => Promise.reject(new Error('never asked'));

/** As JavaScript calls it, which no compiler warned. */
const call = (callee: unknown, ...args: unknown[]) => (callee as (...args: unknown[]) => unknown)(...args);

describe('what sallyport is given by mistake and names at mount', () => {
  it.each<[string, object, RegExp]>([
    ['a store of revocations that nobody follows', { revocations: memoryRevocations() }, /revocationFeed/],
    ['true for revocations', { revocations: true }, /"revocations" must be/],
    ['true for API keys', { apiKeys: true }, /"apiKeys" must be/],
    ['users for API keys', { apiKeys: memoryUsers() }, /"apiKeys" must be/],
    ['true for a cache', { cache: true }, /"cache" must be an object of options, or false/],
    ['a number for a limit', { addressLimit: 100 }, /"addressLimit" must be an object of options, or false/],
    ['null for a limit', { subjectLimit: null }, /"subjectLimit" must be an object of options, or false/],
    ['a store that counts nothing', { subjectLimit: { store: {} } }, /"store" must be/],
    ['one address for a list', { addressLimit: { exempt: '127.0.0.1' } }, /"exempt" must be a list/],
    ['a claim for the owner', { owner: 'sub' }, /"owner" must be a function/],
    ['a log for its function', { onEvent: 'log' }, /"onEvent" must be a function/],
    [
      'an issuer that the environment lacks',
      { issuer: undefined, keys: undefined },
      /sallyport: "issuer" must/,
    ],
  ])('%s', (_name, change, message) => {
    expect(() => call(sallyport, { ...ours, ...change })).toThrow(message);
  });

  it('takes an API key store', () => {
    expect(() => sallyport({ ...ours, apiKeys: memoryApiKeys() }).close()).not.toThrow();
  });
});

describe('parts that are given no options', () => {
  it.each(Object.entries({ sallyport, authenticate, jwtVerifier, provisionUser, rateLimit, remoteKeys }))(
    '%s asks for them',
    (name, part) => {
      for (const wrong of [undefined, null, 'https://issuer.example', []]) {
        expect(() => call(part, wrong)).toThrow(new RegExp(`^${name}: give an object of options`));
      }
    },
  );

  it('cached asks for an object where it is given a number', () => {
    expect(() => call(cached, verifier, 60)).toThrow('cached: give an object of options');
  });
});

describe('arguments that are something else', () => {
  it.each<[string, () => unknown, RegExp]>([
    ['requireOwner with a colon', () => requireOwner(':userId'), /name the parameter alone: "userId"/],
    [
      'requireToken mounted itself',
      () => call(requireToken, {}, {}, () => undefined),
      /mount requireToken\(\)/,
    ],
    ['firstOf with a list', () => call(firstOf, [verifier]), /each argument must be a verifier/],
    ['revocable without revocations', () => call(revocable, verifier), /give revocations second/],
    ['cached without a verifier', () => call(cached), /give a verifier first/],
    ['cached with the options of one', () => call(cached, { issuer, audience }), /give a verifier first/],
    ['a token for a name', () => call(token, 'user_2'), /give claims as an object/],
    ['mongoStores without a connection', () => call(mongoStores), /give a mongoose connection first/],
    ['mongoStores with a URI', () => call(mongoStores, 'mongodb://127.0.0.1/x'), /mongoose connection first/],
    ['mongoStores with mongoose itself', () => call(mongoStores, mongoose), /mongoose\.connection/],
  ])('%s', (_name, misuse, message) => {
    expect(misuse).toThrow(TypeError);
    expect(misuse).toThrow(message);
  });
});
