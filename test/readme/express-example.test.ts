import express from 'express';
import { authOf, memoryUsers, sallyport, userOf } from 'sallyport';
import { createTestIssuer } from 'sallyport/testing';
import request from 'supertest';

const { issuer, audience, keys, token } = createTestIssuer(); // yours: issuer: 'https://clerk.example.com'
const port = sallyport({ issuer, audience, keys, users: memoryUsers() }); // without keys: OIDC discovery

const app = express();
app.use('/api', port);
app.get('/api/notes/:userId', port.requireOwner('userId'), (request, response) => {
  response.json({ notes: [], of: authOf(request).subject, since: userOf(request).createdAt });
});
app.use(port.problemDetails);

test('a user reads their own notes, and nobody else does', async () => {
  const notes = (user: string) => request(app).get(`/api/notes/${user}`);
  await notes('user_1').set('Authorization', `Bearer ${token()}`).expect(200);
  await notes('user_2').set('Authorization', `Bearer ${token()}`).expect(403); // not_owner
  await notes('user_1')
    .set('Authorization', `Bearer ${token({ exp: 1 })}`)
    .expect(401); // invalid_token
  await notes('user_1').expect(401).expect('WWW-Authenticate', 'Bearer realm="api"');
});
