import express from 'express';
import { problemDetails, rateLimit, authenticate } from 'sallyport';
import request from 'supertest';
import { clientAddress } from '../../../lib/limits/client-address';

/** Refuses everybody, one request a minute for each address. */
function server(trust: number | string[], exempt: string[] = []) {
  const app = express().set('trust proxy', trust);
  app.use(rateLimit({ by: 'address', perMinute: 1, exempt }));
  app.use(authenticate({ verifier: () => Promise.reject(new Error('never asked')) }));
  return app.use(problemDetails());
}

async function statusesFrom(app: ReturnType<typeof server>, addresses: readonly string[]): Promise<number[]> {
  const statuses: number[] = [];
  for (const address of addresses) {
    statuses.push((await request(app).get('/').set('X-Forwarded-For', address)).status);
  }
  return statuses;
}

const LOOPBACK = ['127.0.0.1', '::1'];

describe.each<[string, number | string[]]>([
  ['a number of hops', 1],
  ['a list of proxies', LOOPBACK],
])('the caller behind %s', (_name, trust) => {
  it.each<[string, string[]]>([
    ['an IPv4 address', ['203.0.113.9', '203.0.113.9:4711', '203.0.113.9:4712', '"203.0.113.9:4713"']],
    [
      'an IPv6 address',
      ['2001:db8::1', '[2001:db8::1]', '[2001:db8::1]:443', '"[2001:db8::1]"', '"2001:db8::1"'],
    ],
    [
      'an IPv4-mapped one',
      ['203.0.113.9', '::ffff:203.0.113.9', '[::ffff:203.0.113.9]:80', '[::ffff:cb00:7109]:80'],
    ],
    ['a link-local one', ['fe80::1', 'fe80::1%eth0', '[fe80::1%25eth1]:443']],
    [
      'what is no address',
      ['garbage', 'unknown', '_hidden', '203.0.113:80', '[2001:db8::1', '203.0.113.9:port'],
    ],
  ])('is one caller in every spelling of %s', async (_kind, spellings) => {
    const [, ...others] = await statusesFrom(server(trust), spellings);
    expect(others).toEqual(others.map(() => 429));
  });

  it('is another one at another address, whatever the port', async () => {
    const addresses = ['203.0.113.9:1', '203.0.113.10:1', '[2001:db8::1]:1', '[2001:db8:0:100::1]:1'];
    expect(await statusesFrom(server(trust), addresses)).toEqual([401, 401, 401, 401]);
  });

  it.each([
    '10.1.2.3:443',
    '[::ffff:10.1.2.3]:443',
    '[::ffff:a01:203]:443',
    '"[2001:db8:1::5]:443"',
    'fe80::1%eth0',
  ])('is exempt as %s', async (address) => {
    const app = server(trust, ['10.0.0.0/8', '2001:db8:1::/48', 'fe80::/10']);
    expect(await statusesFrom(app, [address, address])).toEqual([401, 401]);
  });
});

it('is found behind a listed proxy that is named with its port', async () => {
  const app = server([...LOOPBACK, '10.0.0.0/8']);
  const ways = ['203.0.113.9:1, 10.0.0.7:2', '203.0.113.9:3,\t10.0.0.8:4', '203.0.113.10:1, 10.0.0.7:2'];
  expect(await statusesFrom(app, ways)).toEqual([401, 429, 401]);
});

it('is not what a caller wrote in front of the proxy that saw them', async () => {
  const app = server([...LOOPBACK, '10.0.0.0/8']);
  const ways = ['198.51.100.1, 203.0.113.9:1, 10.0.0.7:2', '198.51.100.2, 203.0.113.9:3, 10.0.0.7:2'];
  expect(await statusesFrom(app, ways)).toEqual([401, 429]);
});

it('is the last proxy where the way holds none but proxies', async () => {
  const app = server([...LOOPBACK, '10.0.0.0/8']);
  expect(await statusesFrom(app, ['10.0.0.9:1, 10.0.0.7:2', '10.0.0.9:3'])).toEqual([401, 429]);
});

describe('of a request that Express has not seen', () => {
  const from = (properties: object) =>
    clientAddress({ headers: {}, ...properties } as unknown as express.Request);

  it('is that of its connection, bare', () => {
    expect(from({ socket: { remoteAddress: '::ffff:203.0.113.9' } })).toBe('203.0.113.9');
  });

  it('is unknown where a test made it without a connection', () => {
    expect(from({})).toBeUndefined();
    expect(from({ socket: {} })).toBeUndefined();
  });

  it('is read without its port where nobody says whom to trust', () => {
    expect(from({ ip: '203.0.113.9:4711' })).toBe('203.0.113.9');
  });

  it('is unknown where a trusted way ends nowhere', () => {
    const app = { get: () => () => true };
    expect(from({ ip: 'nowhere', app, socket: {} })).toBeUndefined();
  });
});
