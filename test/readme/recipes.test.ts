import express, { type RequestHandler } from 'express';
import type { Sallyport } from 'sallyport';
import { PROVIDERS, startTestIssuer, type Provider, type TokenKind } from 'sallyport/testing';
import request from 'supertest';
import { cleanUp, later } from '../support/clean-up';
import { ANSWERS } from '../support/presets';
import { section, tableRows, textOf } from '../support/readmes';
import * as auth0 from './recipes/auth0';
import * as clerk from './recipes/clerk';
import * as cognito from './recipes/cognito';
import * as entra from './recipes/entra';
import * as firebase from './recipes/firebase';
import * as githubActions from './recipes/github-actions';
import * as google from './recipes/google';
import * as keycloak from './recipes/keycloak';
import * as kubernetes from './recipes/kubernetes';
import * as okta from './recipes/okta';
import * as supabase from './recipes/supabase';

interface Recipe {
  readonly port: Sallyport;
  /** Where the provider's tokens say more than who calls. */
  readonly guard?: RequestHandler;
}

const recipes: Readonly<Record<Provider, Recipe>> = {
  auth0,
  clerk,
  cognito,
  entra,
  firebase,
  githubActions,
  google,
  keycloak,
  kubernetes,
  okta,
  supabase,
};

const readme = textOf('lib/issuers/README.md');
const fetchTruly = globalThis.fetch;

afterEach(() => {
  jest.restoreAllMocks();
});
afterAll(cleanUp);

/** A test issuer under the provider's own name: what is asked of that one over the network is answered by this. */
async function standIn(provider: Provider, name: string) {
  const issuer = await startTestIssuer({ like: provider, issuer: name });
  later(() => issuer.close());
  const { origin } = new URL(issuer.jwksUri);
  const { origin: theirs, pathname: path } = new URL(name);
  jest.spyOn(globalThis, 'fetch').mockImplementation(async (input, init) => {
    const url = input as string;
    expect(url.startsWith(`${theirs}/`)).toBe(true);
    const first = await fetchTruly(url.replace(theirs, origin), init);
    // A cluster's issuer has a path of its own on EKS.
    const found = first.status === 404 ? await fetchTruly(url.replace(theirs + path, origin), init) : first;
    return new Response((await found.text()).replaceAll(origin, theirs), { status: found.status });
  });
  return issuer;
}

describe.each(PROVIDERS)('the recipe for %s', (provider) => {
  const { port, guard = port.requireToken() } = recipes[provider];
  afterAll(() => {
    port.close();
  });

  it('lets in who it says, and refuses every other kind of token', async () => {
    const [named] = port.state().keys;
    const issuer = await standIn(provider, named?.issuer ?? '');
    const app = express();
    app.use('/api', port);
    app.get('/api/notes', guard, ({ auth }, response) => {
      response.json({ of: auth?.subject });
    });
    app.use(port.problemDetails);
    const ask = (token: string) => request(app).get('/api/notes').set('Authorization', `Bearer ${token}`);

    expect((await ask(issuer.token())).body).toEqual({ of: issuer.subject });
    for (const [kind, answer] of Object.entries(ANSWERS[provider])) {
      if (typeof answer === 'string') await ask(issuer.tokenOf(kind as TokenKind)).expect(401);
    }
  });
});

it('lib/issuers/README.md shows what becomes of each kind of token, as the tests have it', () => {
  const rows = PROVIDERS.map((provider) => {
    const answers = Object.entries(ANSWERS[provider]);
    const accepted = answers.flatMap(([kind, answer]) => (typeof answer === 'string' ? [] : [kind]));
    const refused = answers.flatMap(([kind, answer]) =>
      typeof answer === 'string' ? [`${kind} (${answer})`] : [],
    );
    return `| ${provider} | ${accepted.join(', ')} | ${refused.join(', ')} |`;
  });
  const shown = tableRows(section(readme, '## What becomes of each kind of token'));
  expect(shown.map((cells) => `| ${cells.join(' | ')} |`)).toEqual(rows);
});
