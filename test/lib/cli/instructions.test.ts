import { instructions } from '../../../lib/cli/token/instructions';
import { startLocalIssuer, type LocalIssuer } from '../../../lib/cli/token/local-issuer';

let local: LocalIssuer;

beforeAll(async () => {
  local = await startLocalIssuer({ port: 0, like: 'auth0', audience: ['a', 'b'], lifetimeSeconds: 60 });
});

afterAll(() => local.close());

it('of several audiences the first is shown', () => {
  const printed = instructions(local, 'auth0', { kind: local.sends, claims: {}, token: 'TOKEN' });
  expect(printed).toContain(`AUTH_PROVIDER=auth0 AUTH_ISSUER=${local.issuer} AUTH_AUDIENCE=a npm start`);
  expect(printed).toContain(`A token of it of kind ${local.sends}, which is meant for an API:\n  TOKEN\n`);
});

it('the example asks for another kind, if there is one', () => {
  const shown = { kind: local.sends, claims: {}, token: 'TOKEN' };
  const { sends, kinds } = local;
  const other = kinds.find((kind) => kind !== sends);
  expect(instructions(local, 'auth0', shown).endsWith(` --kind ${String(other)}\n`)).toBe(true);
  const only = { ...local, kinds: [sends] };
  expect(instructions(only, 'auth0', shown).endsWith(` --kind ${sends}\n`)).toBe(true);
});

it('an issuer whose tokens have no audience leaves its place empty, to be filled in', () => {
  const shown = { kind: local.sends, claims: {}, token: 'TOKEN' };
  const without = { ...local, audience: [] };
  expect(instructions(without, 'auth0', shown)).toContain(` AUTH_ISSUER=${local.issuer} AUTH_AUDIENCE= npm`);
  expect(instructions(without, undefined, shown)).toContain(
    `sallyport({ issuer: '${local.issuer}', audience: '', users: memoryUsers() })`,
  );
});
