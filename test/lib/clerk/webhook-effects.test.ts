import {
  alice,
  closeReceivers,
  created,
  effectsOf,
  issuer,
  receiver,
  send,
  signed,
  userEvent,
} from '../../support/clerk-receiver';

afterEach(closeReceivers);

describe('what an event brings about', () => {
  it.each(['user.created', 'user.updated'])('fills the user on %s', async (type) => {
    const { url, users } = await receiver();
    const body = userEvent(type, alice);
    expect((await send(url, body, signed(body))).status).toBe(204);
    expect(await users.find({ issuer, subject: 'user_alice' })).toMatchObject({
      email: 'alice@example.com',
      name: 'Alice Liddell',
    });
  });

  it.each<[string, object, object]>([
    ['the user name where there is no other', { first_name: null, last_name: '' }, { name: 'al' }],
    ['the first name alone', { last_name: null }, { name: 'Alice' }],
    ['no name', { first_name: null, last_name: null, username: null }, { name: undefined }],
    ['no email but the primary one', { primary_email_address_id: null }, { email: undefined }],
    ['no email that is not listed', { primary_email_address_id: 'idn_9' }, { email: undefined }],
    [
      'no email of a wrong type',
      { email_addresses: [{ id: 'idn_2', email_address: 5 }] },
      { email: undefined },
    ],
  ])('takes %s', async (_, data, expected) => {
    const { url, users } = await receiver();
    const body = userEvent('user.created', { ...alice, ...data });
    expect((await send(url, body, signed(body))).status).toBe(204);
    const { email, name } = (await users.find({ issuer, subject: 'user_alice' })) ?? {};
    expect({ email, name }).toMatchObject(expected);
  });

  it('ignores an update that is older than what is known', async () => {
    const { url, users } = await receiver();
    const older = userEvent('user.updated', { ...alice, first_name: 'Old', updated_at: 1000 });
    await send(url, created, signed(created));
    expect((await send(url, older, signed(older, { id: 'msg_2' }))).status).toBe(204);
    expect(await users.find({ issuer, subject: 'user_alice' })).toMatchObject({ name: 'Alice Liddell' });
  });

  it('erases the user on user.deleted, within its own issuer', async () => {
    const { url, erased } = await receiver();
    const body = userEvent('user.deleted', { id: 'user_alice', deleted: true, iss: 'https://other.example' });
    expect((await send(url, body, signed(body))).status).toBe(204);
    expect(erased).toEqual([{ issuer, subject: 'user_alice' }]);
  });

  it.each(['session.ended', 'session.removed', 'session.revoked'])(
    "refuses the session's tokens on %s",
    async (type) => {
      const { url, revoked } = await receiver();
      const body = userEvent(type, { id: 'sess_1', user_id: 'user_alice' });
      expect((await send(url, body, signed(body))).status).toBe(204);
      expect(revoked).toEqual([{ by: 'sid', issuer, value: 'sess_1' }]);
    },
  );

  it.each(['session.created', 'organization.created', '__proto__', 'constructor'])(
    'answers 204 without effect to %s',
    async (type) => {
      const here = await receiver();
      const body = userEvent(type, { id: 'sess_1' });
      expect((await send(here.url, body, signed(body))).status).toBe(204);
      expect(effectsOf(here)).toBe(0);
    },
  );

  it('takes a body whose text is not ASCII as the bytes that were signed', async () => {
    const { url, users } = await receiver();
    const body = userEvent('user.created', { ...alice, first_name: 'Zoë \u{1f512}' });
    expect((await send(url, body, signed(body))).status).toBe(204);
    expect(await users.find({ issuer, subject: 'user_alice' })).toMatchObject({
      name: 'Zoë \u{1f512} Liddell',
    });
  });

  it.each<[string, (good: string) => string]>([
    ['behind others', (good) => `v1,AAAA v1a,${good.slice(3)} ${good}`],
    ['before others', (good) => `${good} v2,AAAA garbage`],
  ])('takes the signature that fits %s', async (_, several) => {
    const { url, filled } = await receiver();
    const headers = signed(created);
    const signature = several(headers['svix-signature'] ?? '');
    expect((await send(url, created, { ...headers, 'svix-signature': signature })).status).toBe(204);
    expect(filled).toHaveLength(1);
  });
});
