import { strict as assert } from 'node:assert';
import fc, { type Arbitrary } from 'fast-check';
import { Webhook } from 'standardwebhooks';
import { CLERK_SECRET } from '../../support/clerk-events';
import { startService } from '../../support/service';
import { assertProblem } from '../support/answers';
import { applyEdits, edits } from '../support/edits';
import { oddJson } from '../support/odd-json';
import { property, type FuzzTarget } from '../target';

const TYPES = [
  'user.created',
  'user.updated',
  'user.deleted',
  'session.ended',
  'session.removed',
  'session.revoked',
];
const quoted = (texts: readonly string[]) => fc.constantFrom(...texts.map((text) => JSON.stringify(text)));
const mostly = (likely: Arbitrary<string>): Arbitrary<string> =>
  fc.oneof({ weight: 3, arbitrary: likely }, oddJson);
const membersOf = (members: Readonly<Record<string, Arbitrary<string>>>): Arbitrary<string> =>
  fc
    .record(members, { requiredKeys: [] })
    .map((chosen) => Object.entries(chosen).map(([name, json]) => `${JSON.stringify(name)}:${json}`))
    .map((texts) => `{${texts.join(',')}}`);

const address = membersOf({
  id: mostly(quoted(['idn_1'])),
  email_address: mostly(quoted(['a@example.com'])),
});
const data = membersOf({
  id: mostly(quoted(['user_1', 'user_2', 'sess_1', 'x'.repeat(255), 'x'.repeat(256)])),
  first_name: mostly(quoted(['A'])),
  last_name: mostly(quoted(['B'])),
  username: mostly(quoted(['u'])),
  updated_at: mostly(fc.constantFrom('0', '1', '1700000000000', '8640000000000001', '1e300', '-1e300')),
  primary_email_address_id: mostly(quoted(['idn_1'])),
  email_addresses: mostly(fc.array(address, { maxLength: 2 }).map((list) => `[${list.join(',')}]`)),
});
const event = membersOf({
  type: mostly(quoted([...TYPES, 'other'])),
  object: mostly(quoted(['event'])),
  data: mostly(data),
});
const body: Arbitrary<Buffer> = fc.oneof(
  { weight: 6, arbitrary: event.map((text) => Buffer.from(text)) },
  fc.tuple(event, edits()).map(([text, list]) => Buffer.from(applyEdits(text, list))),
  oddJson.map((text) => Buffer.from(text)),
  fc.uint8Array({ maxLength: 40 }).map((bytes) => Buffer.from(bytes)),
);
/** Header values that a signer would not send; the right ones where there is none. */
const oddHeaders = fc.oneof(
  { weight: 4, arbitrary: fc.constant({}) },
  fc.dictionary(
    fc.constantFrom('svix-id', 'svix-timestamp', 'svix-signature', 'webhook-id', 'content-type'),
    fc.oneof(
      fc.constantFrom('', '0', 'v1,', 'v1,x', 'v1,=', 'v2,x', '99999999999999', '1e9', 'NaN', ','),
      fc.string({ maxLength: 20 }),
    ),
    { maxKeys: 2, noNullPrototype: true },
  ),
);

/** What is signed well is carried out or refused with 400, and what is not is refused; nothing is an error of ours. */
export const webhooks: FuzzTarget = {
  name: 'webhooks',
  runs: 200,
  async open() {
    const service = await startService({ CLERK_WEBHOOK_SECRET: CLERK_SECRET });
    let sent = 0;
    return property(fc.record({ body, headers: oddHeaders }), async ({ body: bytes, headers }) => {
      const id = `msg_${String((sent += 1))}`;
      const now = new Date();
      // The library signs text: latin1 would be other bytes, so what is no UTF-8 is signed as something else.
      const signature = new Webhook(CLERK_SECRET).sign(id, now, bytes.toString());
      const response = await fetch(`${service.url}/webhooks/clerk`, {
        method: 'POST',
        body: new Uint8Array(bytes),
        headers: {
          'svix-id': id,
          'svix-timestamp': String(Math.floor(now.getTime() / 1000)),
          'svix-signature': signature,
          ...headers,
        },
      });
      const text = await response.text();
      const refusals = [400, 401];
      assert(
        response.status === 204 || refusals.includes(response.status),
        `${String(response.status)} ${text}`,
      );
      if (response.status >= 400) assertProblem(response.status, response.headers.get('content-type'), text);
      const untouched = Object.keys(headers).length === 0 && Buffer.from(bytes.toString()).equals(bytes);
      if (untouched) assert.notEqual(response.status, 401, 'a good signature was refused');
    });
  },
};
