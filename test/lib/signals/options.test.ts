import { memoryReplays, memoryRevocations, revocationFeed } from 'sallyport';
import { backChannelLogout, securityEvents } from 'sallyport/signals';
import { createTestIssuer } from 'sallyport/testing';

const { issuer, keys } = createTestIssuer();
const revocations = revocationFeed({ store: memoryRevocations() });
const parts = { issuer, keys, revocations, replays: memoryReplays() };
const logout = { ...parts, clientId: 'web' };
const events = { ...parts, audience: ['https://api.example'] };
const found = { audience: 'api', revocations, replays: parts.replays };

afterAll(() => revocations.close());

it('are all optional but the parts, the issuer and the audience', () => {
  const more = {
    algorithms: ['ES256'],
    clockTolerance: 0,
    maxBytes: 1,
    timeoutMs: 1,
    exempt: ['::1'],
  } as const;
  expect(backChannelLogout({ ...logout, ...more, onEvent: () => undefined, now: Date.now })).toBeInstanceOf(
    Function,
  );
  expect(securityEvents({ ...events, aliases: ['https://alias.example'] })).toBeInstanceOf(Function);
  expect(
    securityEvents({ ...found, issuer: 'http://keycloak:8080/realms/a', allowHttp: ['keycloak:8080'] }),
  ).toBeInstanceOf(Function);
});

it.each<[string, object, string]>([
  ['a misspelt option', { audience: 'web' }, 'unknown option "audience"'],
  ['no client', { clientId: undefined }, '"clientId" must be a string, or a list of strings'],
  ['an empty client', { clientId: '' }, '"clientId" must be'],
  ['no clients', { clientId: [] }, '"clientId" must be'],
  ['no issuer', { issuer: '' }, '"issuer" must be'],
  ['an issuer that is a template', { issuer: 'https://login.example/{tid}' }, '"tenants" must be'],
  ['keys that are a set', { keys: { keys: [] } }, '"keys" must be a key source'],
  ['allowHttp beside keys', { allowHttp: ['a:80'] }, '"allowHttp" must be left out'],
  ['no algorithm', { algorithms: [] }, '"algorithms" must be'],
  ['algorithms that are text', { algorithms: 'RS256' }, '"algorithms" must be'],
  ['HS256', { algorithms: ['HS256'] }, '"algorithms" must be'],
  ['an engine that cannot verify', { engine: {} }, '"engine" must be'],
  ['no revocations', { revocations: undefined }, '"revocations" must be an object with revoke'],
  ['no replays', { replays: {} }, '"replays" must be an object with claim, complete, release'],
  ['a negative tolerance', { clockTolerance: -1 }, '"clockTolerance" must be'],
  ['an endless tolerance', { clockTolerance: Infinity }, '"clockTolerance" must be'],
  ['no bytes', { maxBytes: 0 }, '"maxBytes" must be'],
  ['half a millisecond', { timeoutMs: 0.5 }, '"timeoutMs" must be'],
  ['an address that is none', { exempt: ['localhost'] }, 'backChannelLogout: "exempt" takes'],
  ['an onEvent that is no function', { onEvent: true }, '"onEvent" must be a function'],
  ['a now that is a number', { now: 1 }, '"now" must be a function'],
])('%s is refused at mount', (_, wrong, words) => {
  const mount = () => backChannelLogout({ ...logout, ...wrong });
  expect(mount).toThrow(TypeError);
  expect(mount).toThrow(words);
});

it('are asked for where none are given', () => {
  expect(() => backChannelLogout(undefined as never)).toThrow('backChannelLogout: give an object of options');
  expect(() => securityEvents(null as never)).toThrow('securityEvents: give an object of options');
});
