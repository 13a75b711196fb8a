import { startTestIssuer } from 'sallyport/testing';
import { Webhook } from 'standardwebhooks';
import request from 'supertest';
import { closeConnections, describeMongo, openConnection } from '../support/mongo';
import { createApp } from './production-example';

const secret = `whsec_${Buffer.from('a signing secret of some length!').toString('base64')}`;

/** As Svix signs and sends it. */
function delivery(event: object) {
  const body = JSON.stringify(event);
  const now = new Date();
  const signature = new Webhook(secret).sign('msg_1', now, body);
  const timestamp = String(Math.floor(now.getTime() / 1000));
  return { body, headers: { 'svix-id': 'msg_1', 'svix-timestamp': timestamp, 'svix-signature': signature } };
}

describeMongo("the README's app on MongoDB with Clerk", () => {
  afterAll(closeConnections);

  it('knows its users by token and by key until Clerk says that they are gone', async () => {
    const issuer = await startTestIssuer();
    const app = await createApp(await openConnection(), issuer.issuer, secret);
    const session = { aud: undefined, azp: 'https://app.example', sid: 'sess_1' };
    const token = `Bearer ${issuer.token(session)}`;
    const machine = `Bearer ${issuer.token({ ...session, sub: 'mch_1', sid: undefined })}`;
    const notes = () => request(app).get('/api/notes');

    const { body } = await request(app).post('/api/keys').set('Authorization', token).expect(201);
    const byToken = await notes().set('Authorization', token).expect(200);
    const byKey = await notes().set('X-API-Key', body.key).expect(200);
    expect(byKey.body).toEqual(byToken.body);
    await request(app).post('/api/keys').set('X-API-Key', body.key).expect(403);
    await notes().set('Authorization', machine).expect(401);

    const deleted = delivery({ type: 'user.deleted', data: { id: issuer.subject, deleted: true } });
    await request(app)
      .post('/webhooks/clerk')
      .set({ ...deleted.headers, 'content-type': 'application/json' })
      .send(deleted.body)
      .expect(204);
    await notes().set('Authorization', token).expect(401);
    await notes().set('X-API-Key', body.key).expect(401);
    await issuer.close();
  });
});
