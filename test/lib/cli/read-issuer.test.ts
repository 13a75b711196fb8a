import { createTestIssuer } from 'sallyport/testing';
import { readIssuer } from '../../../lib/cli/doctor/read-issuer';
import { DISCOVERY, oddIssuer } from './support/odd-issuer';

const local = createTestIssuer();
const jwks = local.jwks();

/** What an issuer gives whose key set is another one when it is read again. */
async function readTwice(second: unknown) {
  let reads = 0;
  const { origin, close } = await oddIssuer({
    page(path, origin) {
      if (path === DISCOVERY) return { issuer: origin, jwks_uri: `${origin}/jwks` };
      reads += 1;
      return reads === 1 ? jwks : second;
    },
  });
  const reading = await readIssuer({ issuer: origin }, Date.now);
  reading.keys.close();
  close();
  return { ...reading, origin };
}

it('every key is listed with what it may verify', async () => {
  const { usable, unusable, failure } = await readTwice(jwks);
  expect(usable).toEqual([{ kid: local.signingKey().kid, algorithms: ['RS256'] }]);
  expect([unusable, failure]).toEqual([[], undefined]);
});

it.each([
  ['an object without keys', {}],
  ['keys that are no list', { keys: 'none' }],
  ['a list', []],
])('where the set has become %s, no key is listed', async (_name, second) => {
  const { usable, unusable, failure } = await readTwice(second);
  expect([usable, unusable, failure]).toEqual([[], [], undefined]);
});

it.each([
  ['not found', undefined, 'status'],
  ['no JSON', '<html>', 'not_json'],
])('where the set has become %s, that is the failure', async (_name, second, reason) => {
  const { usable, failure } = await readTwice(second);
  expect([usable, failure?.reason]).toEqual([[], reason]);
});
