import { runInThisContext } from 'node:vm';
import { type IssuerOptions } from 'sallyport';
import * as presets from 'sallyport/issuers';
import { PROVIDERS, type Provider } from 'sallyport/testing';
import { loadConfig } from '../../../service/config';
import { rulesOf } from '../../../service/config/providers';
import { cleanUp } from '../../support/clean-up';
import { ANSWERS, callThrough } from '../../support/presets';
import { sallyport } from './support/command-line';
import { serving } from './support/serving';

afterAll(cleanUp);

/** What the app is told to trust, run as it stands. */
function appRules(printed: string): IssuerOptions {
  const [, name = '', options = ''] = /sallyport\(\{ \.\.\.(\w+)\((.*)\), users/.exec(printed) ?? [];
  const preset = presets[name as Provider] as (options: unknown) => IssuerOptions;
  return preset(runInThisContext(`(${options})`));
}

/** What the service is told to trust. */
function serviceRules(printed: string): IssuerOptions {
  const [, line = ''] = /\n {2}(AUTH_.*) npm start/.exec(printed) ?? [];
  const variables = [...line.matchAll(/(AUTH_\w+)=(?:'([^']*)'|(\S+))/g)].map(
    ([, name = '', quoted, bare]) => [name, quoted ?? bare],
  );
  return rulesOf(loadConfig(Object.fromEntries(variables)).issuers[0]) as IssuerOptions;
}

describe.each(PROVIDERS)('token --serve --like %s', (like) => {
  it('tells the app and the service how to trust it, and gives every kind of token', async () => {
    const { printed, issuer, stop } = await serving(['--like', like]);
    const [shown = ''] = /(?<=API:\n {2})\S+/.exec(printed) ?? [];
    for (const rules of [appRules(printed), serviceRules(printed)])
      expect(await (await callThrough(rules))(shown)).toMatchObject({ status: 200 });

    const call = await callThrough(appRules(printed));
    for (const [kind, answer] of Object.entries(ANSWERS[like])) {
      const { out, code } = await sallyport(['token', '--issuer', issuer, '--kind', kind]);
      expect({ kind, code }).toEqual({ kind, code: 0 });
      // What the preset's own test pins further.
      if (['pull-request', 'machine'].includes(kind)) continue;
      const { status, reason } = await call(out.trim());
      expect({ kind, status, reason }).toEqual(
        typeof answer === 'string'
          ? { kind, status: 401, reason: answer }
          : { kind, status: 200, reason: undefined },
      );
    }
    await stop();
  });
});

it('shows a token of the kind and with the claims that are asked for', async () => {
  const { printed, stop } = await serving(['--like', 'kubernetes', '--sub', 'system:serviceaccount:a:b']);
  const [shown = ''] = /(?<=API:\n {2})\S+/.exec(printed) ?? [];
  const subject = 'system:serviceaccount:a:b';
  expect(await (await callThrough(appRules(printed)))(shown)).toMatchObject({ status: 200, subject });
  await stop();
  const opaque = await serving(['--like', 'google', '--kind', 'access']);
  expect(opaque.printed).toMatch(/A token of it of kind access:\n {2}ya29\./);
  await opaque.stop();
});

it('tells programs the kinds', async () => {
  const { printed, stop } = await serving(['--like', 'okta', '--json']);
  await stop();
  expect(JSON.parse(printed)).toMatchObject({
    audience: ['api://default'],
    kinds: Object.keys(ANSWERS.okta),
  });
});

describe('a kind that there is not', () => {
  it.each([
    ['the provider does not give', ['--kind', 'session'], 'this issuer gives access, '],
    ['is no kind but a member of every object', ['--kind', 'constructor'], 'this issuer gives access, '],
    ['takes no claims', ['--kind', 'refresh', '--sub', 'x'], 'takes no claims'],
  ])('since it %s', async (_name, options, why) => {
    const served = await sallyport(['token', '--serve', '--port', '0', '--like', 'auth0', ...options]);
    expect(served.err).toContain(why);
    expect(served.code).toBe(2);

    const { issuer, stop } = await serving(['--like', 'auth0']);
    const { out, err, code } = await sallyport(['token', '--issuer', issuer, ...options]);
    await stop();
    expect(err.replaceAll(/"\w+"/g, '')).toContain(why);
    expect({ out, code }).toEqual({ out: '', code: 1 });
  });
});

it.each([
  ['a provider that is none', ['--serve', '--like', 'acme'], /--like takes auth0, clerk/],
  ['a member of every object', ['--serve', '--like', 'constructor'], /--like takes auth0, clerk/],
  ['a provider that is only asked', ['--like', 'auth0'], /--like works with --serve only/],
])('%s', async (_name, options, message) => {
  const { code, err } = await sallyport(['token', ...options]);
  expect(err).toMatch(message);
  expect(code).toBe(2);
});
