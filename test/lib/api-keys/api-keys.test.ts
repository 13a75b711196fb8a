import {
  apiKeyVerifier,
  apiKeys,
  InsufficientScopeError,
  InvalidRequestError,
  InvalidTokenError,
  memoryApiKeys,
  provenanceOf,
  revocable,
  revocationFeed,
  type ApiKeysOptions,
  type ApiKeyStore,
  type ApiKeyWish,
  type User,
} from 'sallyport';

const START = Date.parse('2026-01-01T00:00:00Z');
const MINUTE = 60_000;
const YEAR = 366 * 24 * 60 * MINUTE;
const scopes = ['notes:read', 'notes:write'];

function user(name: string): User {
  return Object.freeze({
    id: `id-of-${name}`,
    issuer: 'https://issuer.example',
    subject: name,
    createdAt: '',
  });
}

const alice = user('alice');

/** Of the right shape and checksum. */
const UNKNOWN = 'sp_A1b2C3d4E5f6G7h8I_Zz09Zz09Zz09Zz09Zz09Zz09Zz09Zz09Zz09Zz09abc36VzSH';

interface Bench {
  readonly store: ApiKeyStore;
  readonly clock: { now: number };
  readonly verify: ReturnType<typeof apiKeyVerifier>;
  readonly keys: ReturnType<typeof apiKeys>;
  issue(wish?: Partial<ApiKeyWish>, owner?: User): Promise<{ key: string; id: string }>;
}

function bench(store = memoryApiKeys(), revocations?: ApiKeysOptions['revocations']): Bench {
  const clock = { now: START };
  const now = () => clock.now;
  const keys = apiKeys({ store, scopes, now, ...(revocations && { revocations }) });
  return {
    store,
    clock,
    keys,
    verify: apiKeyVerifier({ keys: store, now }),
    async issue(wish = {}, owner = alice) {
      const issued = await keys.issue(owner, { name: 'a key', ...wish }, []);
      if (issued.outcome !== 'issued') throw new Error('limit reached');
      return { key: issued.key, id: issued.record.id };
    },
  };
}

async function refusalOf(work: Promise<unknown>): Promise<InvalidTokenError> {
  const error: unknown = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!(error instanceof InvalidTokenError)) throw new Error(`not refused: ${String(error)}`);
  return error;
}

describe('an API key', () => {
  it('speaks for its user, in the claims of a token', async () => {
    const { issue, verify } = bench();
    const { key, id } = await issue({ expiresAt: START + MINUTE });
    const auth = await verify(key);
    const exp = (START + MINUTE) / 1000;
    expect(auth).toEqual({
      kind: 'api-key',
      issuer: alice.issuer,
      subject: 'alice',
      scopes,
      roles: [],
      expiresAt: exp,
      payload: { iss: alice.issuer, sub: 'alice', scope: 'notes:read notes:write', exp },
      header: {},
    });
    expect([auth, auth.scopes, auth.roles, auth.payload, auth.header].every(Object.isFrozen)).toBe(true);
    expect(provenanceOf(auth)).toMatchObject({ keyId: id, keyCreatedAt: START / 1000 });
  });

  it('was given when the token that it was made with was, and no later than it was made', async () => {
    const { issue, verify } = bench();
    const given = async (grantedAt: number) =>
      provenanceOf(await verify((await issue({ grantedAt })).key))?.keyCreatedAt;
    expect(await given(START - MINUTE)).toBe((START - MINUTE) / 1000);
    expect(await given(START + MINUTE)).toBe(START / 1000);
  });

  it('is kept without its secret', async () => {
    const { issue, store } = bench();
    const { key, id } = await issue();
    const secret = key.slice(key.lastIndexOf('_') + 1);
    expect(JSON.stringify(await store.list(alice.id))).not.toContain(secret);
    expect(key).toMatch(new RegExp(`^sp_${id}_[0-9A-Za-z]{49}$`));
  });

  it('is never the same twice', async () => {
    const { keys } = bench();
    const many = await Promise.all(Array.from({ length: 50 }, () => keys.issue(alice, { name: 'n' }, [])));
    expect(new Set(many.map((issued) => issued.outcome === 'issued' && issued.key)).size).toBe(50);
  });
});

describe('what is no key', () => {
  const forged: [string, (key: string, other: string) => string, boolean][] = [
    ['truncated by one', (key) => key.slice(0, -1), false],
    ['with one character more', (key) => `${key}a`, false],
    ['with a line break', (key) => `${key}\n`, false],
    ['of a broken checksum', (key) => key.slice(0, -1) + (key.endsWith('a') ? 'b' : 'a'), false],
    ['with one character of the secret changed', (key) => swapAt(key, 30), false],
    ['in upper case', (key) => key.toUpperCase(), false],
    ['in lower case', (key) => key.toLowerCase(), false],
    ["with another's id and its own secret", (key, other) => other.slice(0, 21) + key.slice(21), false],
    ['with another prefix', (key) => key.replace('sp_', 'sk_'), false],
    ['in SQL', () => "' OR '1'='1' --", false],
    ['in JSON', () => '{"$ne":null}', false],
    ['named like a prototype', () => '__proto__', false],
    ['of nothing', () => '', false],
    ['of 100 000 characters', () => `sp_${'a'.repeat(100_000)}`, false],
    ['well-formed, of an id that nobody has', () => UNKNOWN, true],
  ];

  it.each(forged)('refuses one %s, always with the same words', async (_, forge, asksStore) => {
    const { issue, verify, store } = bench();
    const { key } = await issue();
    const { key: other } = await issue({}, user('bob'));
    const find = jest.spyOn(store, 'find');
    const error = await refusalOf(verify(forge(key, other)));
    expect(error).toMatchObject({ status: 401, code: 'invalid_token', reason: 'api_key', proven: undefined });
    expect(error.detail).toBe('The API key is not valid.');
    expect(find).toHaveBeenCalledTimes(asksStore ? 1 : 0);
  });

  it("refuses another's id with its own secret also when the checksum was made anew", async () => {
    const [mine, theirs] = [bench(), bench()];
    const { key } = await mine.issue();
    // The same id stands for another key here, as if the checksum of a forgery had been mended.
    const record = (await mine.store.list(alice.id))[0];
    if (!record) throw new Error('no record');
    await theirs.store.add({ ...record, hash: 'f'.repeat(64) }, 50);
    expect((await refusalOf(theirs.verify(key))).detail).toBe('The API key is not valid.');
  });

  it('refuses an expired key with the same words, and counts it as its user', async () => {
    const { issue, verify, clock } = bench();
    const { key } = await issue({ expiresAt: START + MINUTE });
    clock.now = START + MINUTE;
    const error = await refusalOf(verify(key));
    expect(error.detail).toBe('The API key is not valid.');
    expect(error.proven).toEqual({ issuer: alice.issuer, subject: 'alice' });
  });

  it('refuses a removed key', async () => {
    const { issue, verify, keys } = bench();
    const { key, id } = await issue();
    expect(await keys.remove(alice, id)).toBe(true);
    expect((await refusalOf(verify(key))).detail).toBe('The API key is not valid.');
  });
});

describe('apiKeys', () => {
  it.each<[readonly string[] | undefined, readonly string[], readonly string[]]>([
    [undefined, [], scopes],
    [['notes:read'], [], ['notes:read']],
    [['notes:read', 'notes:read'], [], ['notes:read']],
    [['admin'], ['admin'], ['admin']],
    [
      ['notes:read', 'admin'],
      ['admin', 'more'],
      ['notes:read', 'admin'],
    ],
  ])('gives, for a wish of %j by a token that holds %j, %j', async (wished, held, given) => {
    const { keys } = bench();
    const wish = { name: 'a key', ...(wished && { scopes: wished }) };
    expect(await keys.issue(alice, wish, held)).toMatchObject({
      outcome: 'issued',
      record: { scopes: given },
    });
  });

  it.each<[string, Partial<ApiKeyWish>, number | undefined]>([
    ["everybody's scopes", {}, undefined],
    ["everybody's scopes, and never, spelled", { expiresAt: null }, undefined],
    ["a scope beyond everybody's", { scopes: ['admin'] }, START + 30 * 24 * 60 * MINUTE],
    ['one beside others', { scopes: ['notes:read', 'admin'] }, START + 30 * 24 * 60 * MINUTE],
    ['one until a time that is said', { scopes: ['admin'], expiresAt: START + MINUTE }, START + MINUTE],
    ['one for a year', { scopes: ['admin'], expiresAt: START + YEAR }, START + YEAR],
    ["everybody's scopes, and later", { expiresAt: START * 2 }, START * 2],
  ])('lets a key of %s live as long as it may', async (_, wish, expiresAt) => {
    const { keys, store, verify, clock } = bench();
    const issued = await keys.issue(alice, { name: 'n', ...wish }, ['admin']);
    if (issued.outcome !== 'issued') throw new Error('limit reached');
    expect((await store.find(issued.record.id))?.expiresAt).toBe(expiresAt);
    clock.now = (expiresAt ?? START * 3) - 1;
    await expect(verify(issued.key)).resolves.toMatchObject({ subject: 'alice' });
    if (expiresAt === undefined) return;
    clock.now = expiresAt;
    await expect(verify(issued.key)).rejects.toMatchObject({ status: 401, reason: 'api_key' });
  });

  it.each([
    ['for ever', null, 'A key with scopes that not every user has must expire.'],
    [
      'for longer than a year',
      START + YEAR + 1,
      'A key with scopes that not every user has must expire within a year.',
    ],
  ])("refuses a key that is to have a scope beyond everybody's %s", async (_, expiresAt, detail) => {
    const { keys, store } = bench();
    const wish = { name: 'n', scopes: ['notes:read', 'admin'], expiresAt };
    await expect(keys.issue(alice, wish, ['admin'])).rejects.toMatchObject({
      status: 400,
      code: 'invalid_request',
      detail,
    });
    await expect(keys.issue(alice, wish, [])).rejects.toBeInstanceOf(InsufficientScopeError);
    expect(await store.list(alice.id)).toEqual([]);
  });

  it('refuses a scope that the caller does not hold, and names it', async () => {
    const { keys } = bench();
    const error: unknown = await keys
      .issue(alice, { name: 'n', scopes: ['notes:read', 'admin'] }, [])
      .catch((e: unknown) => e);
    expect(error).toBeInstanceOf(InsufficientScopeError);
    expect(error).toMatchObject({ required: ['admin'] });
  });

  it.each([START - 1, START, Number.NaN])('refuses an expiry that has passed: %s', async (expiresAt) => {
    const { keys } = bench();
    await expect(keys.issue(alice, { name: 'n', expiresAt }, [])).rejects.toBeInstanceOf(InvalidRequestError);
  });

  it('stops at the limit of one user', async () => {
    const store = memoryApiKeys();
    const keys = apiKeys({ store, scopes, limit: 2 });
    const outcomes = await Promise.all([1, 2, 3].map(() => keys.issue(alice, { name: 'n' }, [])));
    expect(outcomes.map(({ outcome }) => outcome)).toEqual(['issued', 'issued', 'limit']);
  });

  it("neither removes nor revokes another user's key", async () => {
    const revoke = jest.fn(() => Promise.resolve());
    const { keys, issue, verify } = bench(memoryApiKeys(), { revoke });
    const { key, id } = await issue();
    expect(await keys.remove(user('bob'), id)).toBe(false);
    expect(await keys.remove(alice, 'nobody')).toBe(false);
    expect(revoke).not.toHaveBeenCalled();
    await expect(verify(key)).resolves.toMatchObject({ subject: 'alice' });
  });

  it('stops a removed key at once where answers are cached', async () => {
    const revocations = revocationFeed();
    await revocations.prewarm();
    const store = memoryApiKeys();
    const keys = apiKeys({ store, scopes, revocations });
    const issued = await keys.issue(alice, { name: 'n' }, []);
    if (issued.outcome !== 'issued') throw new Error('limit reached');
    const remembered = await apiKeyVerifier({ keys: store })(issued.key);
    const verify = revocable(() => Promise.resolve(remembered), revocations);
    await expect(verify(issued.key)).resolves.toBe(remembered);
    await keys.remove(alice, issued.record.id);
    await expect(verify(issued.key)).rejects.toMatchObject({ reason: 'revoked' });
    revocations.close();
  });

  it.each([
    [{ store: memoryApiKeys(), scopes, max: 5 }, /unknown option "max"/],
    [{ store: memoryApiKeys(), scopes, limit: 0 }, /"limit"/],
    [{ store: memoryApiKeys() }, /"scopes"/],
    [{ scopes }, /"store"/],
    [{ store: {}, scopes }, /"store"/],
  ])('refuses wrong options at mount', (options, message) => {
    expect(() => apiKeys(options as never)).toThrow(message);
  });
});

describe('the note of the last use', () => {
  it('is written at most once a minute', async () => {
    const { issue, verify, store, clock } = bench();
    const { key, id } = await issue();
    const noteUse = jest.spyOn(store, 'noteUse');
    await Promise.all([verify(key), verify(key)]);
    clock.now += MINUTE - 1;
    await verify(key);
    expect(noteUse).toHaveBeenCalledTimes(1);
    clock.now += 1;
    await verify(key);
    await Promise.resolve();
    expect(noteUse).toHaveBeenCalledTimes(2);
    expect((await store.find(id))?.lastUsedAt).toBe(START + MINUTE);
  });

  it('keeps nobody waiting when it hangs', async () => {
    let finish: () => void = () => undefined;
    const noteUse = () =>
      new Promise<void>((resolve) => {
        finish = resolve;
      });
    const { issue, verify } = bench({ ...memoryApiKeys(), noteUse });
    const { key } = await issue();
    await expect(verify(key)).resolves.toMatchObject({ subject: 'alice' });
    finish();
  });

  it('keeps nobody from their answer when it fails', async () => {
    const failing = { ...memoryApiKeys(), noteUse: () => Promise.reject(new Error('disk full')) };
    const { issue, verify } = bench(failing);
    const { key } = await issue();
    await expect(verify(key)).resolves.toMatchObject({ subject: 'alice' });
  });
});

function swapAt(key: string, index: number): string {
  return key.slice(0, index) + (key[index] === 'a' ? 'b' : 'a') + key.slice(index + 1);
}
