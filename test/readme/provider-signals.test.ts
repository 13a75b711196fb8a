import { memoryReplays, revocationFeed } from 'sallyport';
import { createTestIssuer } from 'sallyport/testing';
import request from 'supertest';
import { createApp } from './recipes/provider-signals';

const { issuer, keys, token } = createTestIssuer({ audience: 'https://api.example' });
const revocations = revocationFeed();
const app = createApp({ issuer, keys }, { revocations, replays: memoryReplays() });
const me = (sent: string) => request(app).get('/api/me').set('Authorization', `Bearer ${sent}`);

beforeAll(() => revocations.prewarm());
afterAll(() => {
  revocations.close();
});

test('a logout token ends its session', async () => {
  const session = token({ sid: 'sess_1' });
  await me(session).expect(200);
  const events = { 'http://schemas.openid.net/event/backchannel-logout': {} };
  const logout = token({ aud: 'web', sid: 'sess_1', jti: 'bWJq', events }, { typ: 'logout+jwt' });
  await request(app).post('/logout/backchannel').type('form').send({ logout_token: logout }).expect(200);
  await me(session).expect(401);
});

test('an event ends what its subject was given', async () => {
  const before = token({ sub: 'bob' });
  await me(before).expect(200);
  const event = token(
    {
      aud: 'https://api.example',
      jti: 'a1',
      sub_id: { format: 'iss_sub', iss: issuer, sub: 'bob' },
      events: { 'https://schemas.openid.net/secevent/risc/event-type/account-disabled': {} },
    },
    { typ: 'secevent+jwt' },
  );
  await request(app).post('/signals/events').type('application/secevent+jwt').send(event).expect(202);
  await me(before).expect(401);
});
