import { networkInterfaces } from 'node:os';
import { cleanUp } from '../../support/clean-up';
import { rawHttp } from '../../support/raw-http';
import { startService } from '../../support/service';
import { playgroundUnderTest, type PlaygroundUnderTest } from './support/playing';

const CONTROLS = ['state', 'sign-in', 'rotate', 'replace', 'outage', 'flood', 'exchange'];

let playground: PlaygroundUnderTest;
let host: string;

beforeAll(async () => {
  playground = await playgroundUnderTest();
  host = new URL(playground.url).host;
});

afterAll(cleanUp);

async function statusOf(path: string, headers: Record<string, string>, method = 'POST'): Promise<number> {
  const body = method === 'POST' ? '{}' : '';
  const lines = Object.entries({
    'Content-Type': 'application/json',
    'Content-Length': String(body.length),
    Connection: 'close',
    ...headers,
  }).map(([name, value]) => `${name}: ${value}\r\n`);
  const answer = await rawHttp(playground.url, `${method} ${path} HTTP/1.1\r\n${lines.join('')}\r\n${body}`);
  return Number(/^HTTP\/1\.1 (\d+)/.exec(answer)?.[1]);
}

const REBOUND = [
  'attacker.example',
  'attacker.example:PORT',
  '127.0.0.1',
  '127.0.0.1:1',
  '127.0.0.1.nip.example:PORT',
];

describe('the page that plays with the issuer', () => {
  it.each(REBOUND)('shows nothing under the name %s', async (name) => {
    const rebound = name.replace('PORT', new URL(playground.url).port);
    expect(await statusOf('/', { Host: rebound }, 'GET')).toBe(403);
    expect(await statusOf('/js/main.js', { Host: rebound }, 'GET')).toBe(403);
  });

  it.each(REBOUND)('does nothing under the name %s, whose origin fits it', async (name) => {
    const rebound = name.replace('PORT', new URL(playground.url).port);
    const kid = playground.issuer.signingKey().kid;
    for (const control of CONTROLS)
      expect(await statusOf(`/do/${control}`, { Host: rebound, Origin: `http://${rebound}` })).toBe(403);
    expect(playground.issuer.signingKey().kid).toBe(kid);
  });

  it.each([
    ['another origin', { Origin: 'https://attacker.example' }],
    ['another port of this machine', { Origin: 'http://127.0.0.1:3000' }],
    ['https at its own address', { Origin: 'https://HOST' }],
    ['a sandboxed frame', { Origin: 'null' }],
    ['no page', {}],
    [
      'a page of another site, whatever its origin',
      { Origin: 'http://HOST', 'Sec-Fetch-Site': 'cross-site' },
    ],
    ['a page of the same site', { Origin: 'http://HOST', 'Sec-Fetch-Site': 'same-site' }],
  ])('refuses every control that %s asks for', async (_case, headers: Record<string, string>) => {
    const { issuer } = playground;
    const kid = issuer.signingKey().kid;
    const origin = headers['Origin']?.replace('HOST', host);
    for (const control of CONTROLS)
      expect(
        await statusOf(`/do/${control}`, { ...headers, Host: host, ...(origin && { Origin: origin }) }),
      ).toBe(403);
    expect(issuer.signingKey().kid).toBe(kid);
    expect((await fetch(issuer.jwksUri)).status).toBe(200);
  });

  it('refuses a form, whose content type any site may send', async () => {
    const form = { Host: host, Origin: playground.url, 'Content-Type': 'text/plain' };
    const { kid } = playground.issuer.signingKey();
    expect(await statusOf('/do/rotate', form)).toBe(400);
    expect(playground.issuer.signingKey().kid).toBe(kid);
  });

  it.each(['127.0.0.1', 'localhost'])('works under the name %s', async (name) => {
    const own = `${name}:${new URL(playground.url).port}`;
    expect(await statusOf('/', { Host: own }, 'GET')).toBe(200);
    const page = { Host: own, Origin: `http://${own}`, 'Sec-Fetch-Site': 'same-origin' };
    expect(await statusOf('/do/state', page)).toBe(200);
  });

  it('does nothing for a GET', async () => {
    expect(await statusOf('/do/rotate', { Host: host, Origin: playground.url }, 'GET')).toBe(404);
  });

  it('listens on loopback only', async () => {
    const { port } = new URL(playground.url);
    const others = Object.values(networkInterfaces()).flatMap((list) => list ?? []);
    for (const { address, family, internal } of others) {
      if (internal || family !== 'IPv4') continue;
      await expect(fetch(`http://${address}:${port}/`)).rejects.toThrow('fetch failed');
    }
  });

  it('allows the browser nothing but its own files', async () => {
    const { headers } = await fetch(playground.url);
    const policy = headers.get('content-security-policy') ?? '';
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).not.toMatch(/unsafe|\*|https?:/);
    expect(headers.get('cross-origin-resource-policy')).toBe('same-origin');
  });
});

describe('the service in production', () => {
  it.each(['/', '/index.html', '/js/main.js', '/do/state', '/playground'])('has no %s', async (path) => {
    const service = await startService();
    expect((await fetch(service.url + path)).status).toBe(404);
    const posted = await fetch(service.url + path, { method: 'POST', headers: { Origin: service.url } });
    expect(posted.status).toBe(404);
  });
});
