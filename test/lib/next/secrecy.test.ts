import { get, post, proxying, signedIn } from './support/proxying';
import { answering, silence } from './support/upstream';
import type { Script } from './support/upstream';

const on = proxying();
const TOKEN = 'eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJ1In0.c2lnbmF0dXJl';
const reset: Script = (response) => response.socket!.destroy();
const redirect: Script = (response, { headers }) =>
  response.writeHead(302, { location: `http://evil.test/?t=${String(headers.authorization)}` }).end();
const invalid = answering(401, { 'www-authenticate': 'Bearer error="invalid_token"' });

/** Everything that a log might hold: what is printed, and what events say. */
const printed: string[] = [];
const spies: jest.SpyInstance[] = [];

beforeEach(() => {
  printed.length = 0;
  for (const name of ['log', 'info', 'warn', 'error', 'debug'] as const) {
    spies.push(jest.spyOn(console, name).mockImplementation((...words) => printed.push(words.join(' '))));
  }
});
afterEach(() => {
  for (const spy of spies.splice(0)) spy.mockRestore();
});

it.each<[string, Script | undefined, Request, object]>([
  ['an answer', undefined, post(), {}],
  ['a refused token', invalid, get(), {}],
  ['a reset', reset, get(), {}],
  ['a redirect', redirect, get(), {}],
  ['a timeout', silence, get(), { timeoutMs: 30 }],
  ['a body that is no JSON', undefined, post('{'), {}],
  [
    'a url elsewhere',
    undefined,
    get(),
    { url: () => `http://127.0.0.1:9/${TOKEN}`, origin: 'http://127.0.0.1:8' },
  ],
  ['a url with the token as password', undefined, get(), { url: `https://u:${TOKEN}@h.example/` }],
  [
    'a url hook that throws it',
    undefined,
    get(),
    {
      url: () => {
        throw new Error(TOKEN);
      },
      origin: null,
    },
  ],
  ['an auth that throws it', undefined, get(), { auth: () => Promise.reject(new Error(TOKEN)) }],
  ['a token with a line break', undefined, get(), { auth: signedIn(`${TOKEN}\r\nX-Admin: 1`) }],
  ['a token with a line break at its front', undefined, get(), { auth: signedIn(`\n${TOKEN}`) }],
  ['a token with a null', undefined, get(), { auth: signedIn(`${TOKEN}\0`) }],
])('After %s the token stands in no answer, no event and no log', async (_what, script, request, options) => {
  if (script) on.upstream.script(script);
  const response = await on.send(request, { auth: signedIn(TOKEN), ...options });
  const said = [
    response.statusText,
    ...[...response.headers].flat(),
    await response.text(),
    JSON.stringify(on.events),
  ];
  expect(on.events.length).toBeGreaterThan(0);
  expect(said.join('\n') + printed.join('\n')).not.toContain('eyJ');
  expect(printed).toEqual([]);
});

it('Nothing of a body stands in an event', async () => {
  await on.send(post('{"password":"hunter2"}'));
  await on.send(post('{"password":"hunter2"'));
  expect(on.events).toHaveLength(2);
  expect(JSON.stringify(on.events)).not.toContain('hunter2');
});
