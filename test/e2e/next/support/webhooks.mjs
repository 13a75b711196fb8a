import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { Webhook } from 'standardwebhooks';

export const WEBHOOK_SECRET = `whsec_${Buffer.from('a signing secret of some length!').toString('base64')}`;

/** Tells the service what happened at Clerk, as Clerk does. */
export async function sendWebhook(service, type, data) {
  const body = JSON.stringify({ type, object: 'event', data });
  const id = `msg_${randomUUID()}`;
  const now = new Date();
  const response = await fetch(`${service.url}/webhooks/clerk`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      'svix-id': id,
      'svix-timestamp': String(Math.floor(now.getTime() / 1000)),
      'svix-signature': new Webhook(WEBHOOK_SECRET).sign(id, now, body),
    },
    body,
  });
  assert.equal(response.status, 204, await response.text());
}
