import type { Mutation } from '../mutation';

const webhook = 'lib/clerk/clerk-webhook.ts';
const refusals = ['test/lib/clerk/webhook-refusals.test.ts'];
const repeats = ['test/lib/clerk/webhook-repeats.test.ts', 'test/lib/replays/'];
const slow = ['test/lib/clerk/webhook-slow.test.ts', 'test/lib/clerk/webhook-refusals.test.ts'];
const effects = ['test/lib/clerk/webhook-effects.test.ts'];

export const webhooks: readonly Mutation[] = [
  {
    breaks: "A webhook's signature is not checked",
    file: webhook,
    search: '    checkSignature(body, headers);\n',
    replace: '    void checkSignature;\n',
    tests: refusals,
  },
  {
    breaks: 'A webhook that comes again acts again',
    file: webhook,
    search: "await once(replays, JSON.stringify(['svix', issuer, headers.id]), () => bringAbout(effect))",
    replace: 'await bringAbout(effect)',
    tests: repeats,
  },
  {
    breaks: 'A webhook whose effect failed is never tried again',
    file: 'lib/replays/once.ts',
    search: '    await replays.release(id, holder).catch(() => undefined);\n',
    replace: '',
    tests: repeats,
  },
  {
    breaks: 'A webhook is noted as handled before it is',
    file: 'lib/replays/once.ts',
    search: '  try {\n    await effect();',
    replace: '  await replays.complete(id, ID_KEEP_MS);\n  try {\n    await effect();',
    tests: repeats,
  },
  {
    breaks: 'The body of a webhook may be of any size',
    file: 'lib/webhooks/raw-body.ts',
    search: 'if (size > maxBytes) fail',
    replace: 'if (size > 1e9) fail',
    tests: refusals,
  },
  {
    breaks: 'A webhook body that is no UTF-8 is taken for another',
    file: 'lib/clerk/svix.ts',
    search: 'if (!isUtf8(body))',
    replace: 'if (body.length < 0)',
    tests: refusals,
  },
  {
    breaks: 'A user gets an address that is not their primary one',
    file: 'lib/clerk/clerk-event.ts',
    search: "isObject(address) && address['id'] === id",
    replace: 'isObject(address)',
    tests: effects,
  },
  {
    breaks: 'session.removed does not end the session',
    file: 'lib/clerk/clerk-event.ts',
    search: "  ['session.removed', readSession],\n",
    replace: '',
    tests: effects,
  },
  {
    breaks: 'user.deleted does not erase',
    file: 'lib/clerk/clerk-event.ts',
    search: "  ['user.deleted', (data)",
    replace: "  ['user.removed', (data)",
    tests: effects,
  },
  {
    breaks: 'The body of a webhook is awaited whatever its timestamp says',
    file: 'lib/clerk/svix.ts',
    search: ' > TOLERANCE',
    replace: ' > Infinity',
    tests: slow,
  },
  {
    breaks: 'The body of a webhook may take as long as it likes',
    file: 'lib/webhooks/raw-body.ts',
    search: '      fail(new WebhookTimeoutError());\n',
    replace: '',
    tests: slow,
  },
  {
    breaks: 'One address takes all places for webhooks',
    file: 'lib/webhooks/address-places.ts',
    search: 'if (places.count >= AT_ONCE)',
    replace: 'if (places.count >= 1e9)',
    tests: slow,
  },
  {
    breaks: 'The place of a webhook is not given back',
    file: webhook,
    search: '.finally(giveBack)',
    replace: '.finally(() => void giveBack)',
    tests: slow,
  },
];
