import { Webhook } from 'standardwebhooks';
import type { ServiceUnderTest } from './service';
import type { Answer } from './caller';

export const CLERK_SECRET = `whsec_${Buffer.from('a signing secret of some length!').toString('base64')}`;

/** Sends an event as Clerk does. */
export async function sendEvent(
  { with: as }: Pick<ServiceUnderTest, 'with'>,
  type: string,
  data: object,
  { id = `msg_${type}_${String(Math.random())}`, secret = CLERK_SECRET } = {},
): Promise<Answer> {
  const body = JSON.stringify({ type, object: 'event', data });
  const now = new Date();
  return as({
    'svix-id': id,
    'svix-timestamp': String(Math.floor(now.getTime() / 1000)),
    'svix-signature': new Webhook(secret).sign(id, now, body),
  }).post('/webhooks/clerk', body);
}

/** The data of `user.created` and `user.updated`. */
export function clerkUser(id: string, firstName: string, updatedAt = Date.now()): object {
  return {
    id,
    first_name: firstName,
    last_name: null,
    primary_email_address_id: 'idn_1',
    email_addresses: [{ id: 'idn_1', email_address: `${id}@example.com` }],
    updated_at: updatedAt,
  };
}
