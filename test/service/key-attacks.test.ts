import { cleanUp } from '../support/clean-up';
import { startService, type ServiceUnderTest } from '../support/service';
import { stores } from '../support/stores';

afterAll(cleanUp);

const WRONG = 'Bearer realm="api", error="invalid_token"';
const OFFICE = '203.0.113.7';

interface Made {
  readonly id: string;
  readonly key: string;
}

/** What the rows are made of: keys of alice, of everybody's scopes, and one of bob. */
interface Keys {
  readonly plain: Made;
  /** From 203.0.113.0/24 and 2001:db8::/32 alone. */
  readonly office: Made;
  /** Of the organization org_1. */
  readonly org: Made;
  readonly reading: Made;
  /** Rotated; `next` is in its place. */
  readonly rotated: Made;
  readonly next: Made;
  readonly deleted: Made;
  readonly bobs: Made;
}

interface Row {
  readonly name: string;
  readonly method?: string;
  readonly path?: string;
  /** The token's subject; without it the headers alone. */
  readonly as?: string;
  readonly claims?: object;
  readonly headers?: (keys: Keys) => Record<string, string>;
  readonly body?: unknown;
  readonly answer: string;
  readonly challenge?: string;
}

const SAVE = { path: '/api/user_modules/save', body: { moduleId: 'm', data: {} } };
const using = (choose: (keys: Keys) => string, address?: string) => (keys: Keys) => ({
  'x-api-key': choose(keys),
  ...(address !== undefined && { 'x-forwarded-for': address }),
});
const wrongKey = (name: string, headers: Row['headers']): Row => ({
  ...SAVE,
  name,
  ...(headers && { headers }),
  answer: '401 invalid_token',
  challenge: WRONG,
});
const make = (name: string, body: unknown, answer: string, more: Partial<Row> = {}): Row => ({
  name,
  path: '/api/keys',
  as: 'alice',
  body,
  answer,
  ...more,
});
const rotate = (name: string, id: string, answer: string, more: Partial<Row> = {}): Row => ({
  name,
  path: `/api/keys/${id}/rotate`,
  as: 'alice',
  body: {},
  answer,
  ...more,
});
const flipped = (key: string, at: number): string =>
  key.slice(0, at) + (key[at] === 'a' ? 'b' : 'a') + key.slice(at + 1);
const NEVER = '0'.repeat(17);

const rows: readonly Row[] = [
  wrongKey(
    'a key of addresses from another address',
    using(({ office }) => office.key, '198.51.100.1'),
  ),
  wrongKey(
    'a key of addresses from the address beside the range',
    using(({ office }) => office.key, '203.0.114.0'),
  ),
  wrongKey(
    'a key of addresses from IPv6 beside the range',
    using(({ office }) => office.key, '2001:db9::1'),
  ),
  wrongKey(
    'a key of addresses from what is no address',
    using(({ office }) => office.key, 'office'),
  ),
  wrongKey(
    'a key of addresses by an address that the client wrote before the proxy',
    using(({ office }) => office.key, `${OFFICE}, 198.51.100.1`),
  ),
  wrongKey('a key of addresses by another header', (keys) => ({
    ...using(({ office }) => office.key, '198.51.100.1')(keys),
    'x-real-ip': OFFICE,
    forwarded: `for=${OFFICE}`,
    'cf-connecting-ip': OFFICE,
  })),
  wrongKey(
    'a key with another prefix, of the right id and secret',
    using(({ plain }) => plain.key.replace(/^acme/, 'sp')),
  ),
  wrongKey(
    'a key without its prefix',
    using(({ plain }) => plain.key.replace(/^acme_/, '')),
  ),
  wrongKey(
    'a key whose checksum is wrong',
    using(({ plain }) => flipped(plain.key, plain.key.length - 1)),
  ),
  wrongKey(
    'a key whose secret is wrong',
    using(({ plain }) => flipped(plain.key, 30)),
  ),
  wrongKey(
    'a key whose id is of another',
    using(({ plain, bobs }) => plain.key.replace(plain.id, bobs.id)),
  ),
  wrongKey(
    'a key that was deleted',
    using(({ deleted }) => deleted.key),
  ),
  wrongKey(
    'an id alone',
    using(({ plain }) => plain.id),
  ),
  wrongKey(
    'a key of 20 000 characters',
    using(() => `acme_${'x'.repeat(10_000)}`),
  ),
  {
    ...SAVE,
    name: 'a key that may read',
    headers: using(({ reading }) => reading.key),
    answer: '403 insufficient_scope',
    challenge: 'Bearer realm="api", error="insufficient_scope", scope="modules:write"',
  },
  {
    ...SAVE,
    name: 'a key beside a token',
    as: 'alice',
    headers: using(({ plain }) => plain.key),
    answer: '400 invalid_request',
  },
  rotate('rotating with a key', ':plain', '403 token_required', {
    as: undefined as never,
    headers: using(({ plain }) => plain.key),
  }),
  rotate('rotating without a credential', ':plain', '401 missing_credentials', {
    as: undefined as never,
    challenge: 'Bearer realm="api"',
  }),
  rotate("rotating another user's key", ':bobs', '404 not_found'),
  rotate('rotating a key that nobody has', NEVER, '404 not_found'),
  rotate('rotating a key that was deleted', ':deleted', '404 not_found'),
  rotate('rotating a key again', ':rotated', '404 not_found'),
  rotate('rotating with an overlap of nothing', ':plain', '400 invalid_body', {
    body: { overlapSeconds: 0 },
  }),
  rotate('rotating with an overlap of 91 days', ':plain', '400 invalid_body', {
    body: { overlapSeconds: 7_862_400 },
  }),
  rotate('rotating with an overlap of part of a second', ':plain', '400 invalid_body', {
    body: { overlapSeconds: 60.5 },
  }),
  rotate('rotating to further scopes', ':reading', '400 invalid_body', {
    body: { scopes: ['modules:write'] },
  }),
  rotate("rotating an organization's key after leaving it", ':org', '403 not_owner'),
  make(
    'a key of an organization that the token is not of',
    { name: 'n', organization: 'org_2' },
    '403 not_owner',
    { claims: { org_id: 'org_1' } },
  ),
  make(
    'a key of an organization without one in the token',
    { name: 'n', organization: 'org_1' },
    '403 not_owner',
  ),
  make('a key of an organization named in a list', { name: 'n', organization: 'org_1' }, '403 not_owner', {
    claims: { org_id: ['org_1'] },
  }),
  make(
    "an organization's key that never ends",
    { name: 'n', organization: 'org_1', expiresAt: null },
    '400 invalid_body',
    { claims: { org_id: 'org_1' } },
  ),
  make('a key of no address', { name: 'n', addresses: [] }, '400 invalid_body'),
  make('a key of what is no address', { name: 'n', addresses: ['office'] }, '400 invalid_body'),
  make('a key of a range that is too long', { name: 'n', addresses: ['203.0.113.0/33'] }, '400 invalid_body'),
  make(
    'a key of everybody, written as one host',
    { name: 'n', addresses: ['10.0.0.5/00'] },
    '400 invalid_body',
  ),
  make('a key of one host, written as a range', { name: 'n', addresses: ['10.0.0.5/8'] }, '400 invalid_body'),
  make('a key of an address with a zone', { name: 'n', addresses: ['fe80::1%eth0'] }, '400 invalid_body'),
  make('a key of 51 addresses', { name: 'n', addresses: Array(51).fill('203.0.113.1') }, '400 invalid_body'),
  make('a key of its own choice of prefix', { name: 'n', prefix: 'sp' }, '400 invalid_body'),
];

describe.each(stores)('attacks on API keys that are kept in $name', (store) => {
  let service: ServiceUnderTest;
  let keys: Keys;

  const tokenOf = (sub: string, claims: object = {}) => service.issuer.token({ sub, ...claims });
  const authorized = (sub: string, claims: object = {}) => ({
    authorization: `Bearer ${tokenOf(sub, claims)}`,
  });

  beforeAll(async () => {
    service = await startService({ TRUST_PROXY: '1', API_KEY_PREFIX: 'acme' }, store);
    const issue = async (sub: string, wish: object = {}, claims: object = {}): Promise<Made> => {
      const { json, status } = await service
        .with(authorized(sub, claims))
        .post('/api/keys', { name: 'n', ...wish });
      expect(status).toBe(201);
      return json as Made;
    };
    const rotated = await issue('alice');
    const deleted = await issue('alice');
    await service.as('alice').delete(`/api/keys/${deleted.id}`);
    keys = {
      plain: await issue('alice'),
      office: await issue('alice', { addresses: ['203.0.113.0/24', '2001:db8::/32'] }),
      org: await issue('alice', { organization: 'org_1' }, { org_id: 'org_1' }),
      reading: await issue('alice', { scopes: ['modules:read'] }),
      rotated,
      next: (await service.as('alice').post(`/api/keys/${rotated.id}/rotate`, {})).json as Made,
      deleted,
      bobs: await issue('bob'),
    };
  });

  /** All that a refusal might have written. */
  async function written(): Promise<unknown> {
    const { json } = await service.as('alice').get('/api/keys');
    const modules = await service.as('alice').get('/api/user_modules/user/alice');
    const { items } = json as { items: { lastUsedAt: unknown }[] };
    return { keys: items.map((item) => ({ ...item, lastUsedAt: 0 })), modules: modules.json as unknown };
  }

  it.each(rows)('refuses $name: $answer', async (row) => {
    const { method = 'POST', body, answer, challenge = null, as, claims, headers } = row;
    const before = await written();
    const path = (row.path ?? '').replace(/:(\w+)/, (_, name: keyof Keys) => keys[name].id);
    const sent = { ...(as !== undefined && authorized(as, claims)), ...headers?.(keys) };
    const {
      status,
      json,
      text,
      headers: said,
    } = await service
      .with(sent)
      .request(method, path, { 'content-type': 'application/json' }, JSON.stringify(body));
    const { code } = json as { code: string };
    expect(`${String(status)} ${code}`).toBe(answer);
    expect(said.get('www-authenticate')).toBe(challenge);
    expect(said.get('content-type')).toMatch(/^application\/problem\+json/);
    // A user's rate limit would tell that the key is right.
    if (challenge === WRONG)
      expect([...said.keys()].filter((name) => name.startsWith('ratelimit'))).toEqual([]);
    for (const { key } of Object.values(keys)) {
      expect(text).not.toContain(key);
      expect(service.logText()).not.toContain(key);
    }
    expect(await written()).toEqual(before);
  });

  it('accepts what the rows are made of', async () => {
    const status = async (key: string, address?: string) =>
      (await service.with(using(() => key, address)(keys)).get('/api/users/me')).status;
    expect(await status(keys.plain.key)).toBe(200);
    for (const address of [OFFICE, '::ffff:203.0.113.9', '2001:db8:1::1', `198.51.100.1, ${OFFICE}`])
      expect([address, await status(keys.office.key, address)]).toEqual([address, 200]);
    expect(await status(keys.rotated.key)).toBe(200);
    expect(await status(keys.next.key)).toBe(200);
    expect(await status(keys.org.key)).toBe(200);
    expect(keys.plain.key).toMatch(/^acme_[0-9A-Za-z]{17}_[0-9A-Za-z]{49}$/);
    const { items } = (await service.as('alice').get('/api/keys')).json as {
      items: Record<string, unknown>[];
    };
    const shown = (id: string) => items.find((item) => item['id'] === id);
    expect(shown(keys.office.id)).toMatchObject({
      addresses: ['203.0.113.0/24', '2001:db8::/32'],
      lastUsedAt: expect.any(String),
    });
    expect(shown(keys.org.id)).toMatchObject({ organization: 'org_1', expiresAt: expect.any(String) });
    expect(shown(keys.rotated.id)).toMatchObject({ replacedBy: keys.next.id, expiresAt: expect.any(String) });
  });
});

it('has 25 rows at least', () => {
  expect(rows.length).toBeGreaterThanOrEqual(25);
});
