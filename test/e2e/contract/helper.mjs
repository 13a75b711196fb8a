import { createHmac, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { CLIENT, RECEIVER, WEBHOOK_KEY } from './service.mjs';

const ANOTHER_EACH_TIME = new Set(['eraseUser', 'revokeSession']);
const EVERY_THIRD = 3;

/** Gives hooks.py what it cannot make: credentials, and what an identity provider signs. */
export async function startHelper({ issuer, url }, document) {
  const key = await issueKey(issuer, url);
  const takesKeys = operationsThatTakeKeys(document);
  let calls = 0;
  const server = createServer(async (request, response) => {
    const chunks = await request.toArray();
    response.end(JSON.stringify(answer(request.url, Buffer.concat(chunks))));
  });

  function answer(path, body) {
    const [, what, operation] = path.split('/');
    if (what === 'credentials') return credentialsFor(operation);
    if (what === 'webhook') return signed(body);
    if (what === 'issuer') return issuer.issuer;
    return what === 'logout' ? logoutToken(issuer) : eventToken(issuer);
  }

  function credentialsFor(operation) {
    calls += 1;
    if (takesKeys.has(operation) && calls % EVERY_THIRD === 0) return { 'X-API-Key': key };
    // Whoever is erased or signed out must not be the one whom all other calls are made as.
    const sub = ANOTHER_EACH_TIME.has(operation) ? randomUUID() : 'contract';
    const scope = operation === 'revoke' ? 'revocations:write' : undefined;
    return { Authorization: `Bearer ${issuer.token({ sub, sid: randomUUID(), jti: randomUUID(), scope })}` };
  }

  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${server.address().port}`,
    stop: () => void server.close().closeAllConnections(),
  };
}

async function issueKey(issuer, url) {
  const answer = await fetch(`${url}/api/keys`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${issuer.token({ sub: 'contract' })}`,
      'content-type': 'application/json',
    },
    body: JSON.stringify({ name: 'contract' }),
  });
  return (await answer.json()).key;
}

/** Those that a key of everybody's scopes opens. */
function operationsThatTakeKeys({ paths }) {
  const operations = Object.values(paths).flatMap((methods) => Object.values(methods));
  const opens = ({ apiKey }) => apiKey?.every((scope) => scope.startsWith('modules:'));
  return new Set(
    operations.filter(({ security }) => security.some(opens)).map(({ operationId }) => operationId),
  );
}

function signed(body) {
  const id = randomUUID();
  const timestamp = String(Math.floor(Date.now() / 1000));
  const signature = createHmac('sha256', WEBHOOK_KEY)
    .update(`${id}.${timestamp}.`)
    .update(body)
    .digest('base64');
  return { 'svix-id': id, 'svix-timestamp': timestamp, 'svix-signature': `v1,${signature}` };
}

function logoutToken(issuer) {
  const events = { 'http://schemas.openid.net/event/backchannel-logout': {} };
  return issuer.token(
    { aud: CLIENT, jti: randomUUID(), sub: undefined, sid: randomUUID(), events },
    { typ: 'logout+jwt' },
  );
}

function eventToken(issuer) {
  const events = {
    'https://schemas.openid.net/secevent/caep/event-type/session-revoked': {
      event_timestamp: Math.floor(Date.now() / 1000),
    },
  };
  const subject = { format: 'iss_sub', iss: issuer.issuer, sub: randomUUID() };
  return issuer.token(
    { aud: RECEIVER, jti: randomUUID(), sub: undefined, exp: undefined, sub_id: subject, events },
    { typ: 'secevent+jwt' },
  );
}
