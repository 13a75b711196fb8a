import { memoryReplays, memoryUsers } from 'sallyport';
import { clerkWebhook } from 'sallyport/clerk';
import { issuer, secret } from '../../support/clerk-receiver';

describe('clerkWebhook', () => {
  const users = memoryUsers();
  const revocations = { revoke: () => Promise.resolve() };
  const erase = () => Promise.resolve();
  const right = { secret, issuer, replays: memoryReplays(), users, revocations, erase };

  it.each<[object, RegExp]>([
    [{ secret: undefined }, /"secret"/],
    [{ secret: '' }, /"secret"/],
    [{ secret: 'whsec_' }, /"secret"/],
    [{ secret: 'sk_live_abc' }, /"secret"/],
    [{ issuer: '' }, /"issuer"/],
    [{ maxBytes: 0 }, /"maxBytes"/],
    [{ timeoutMs: 0 }, /"timeoutMs"/],
    [{ timeoutMs: 0.5 }, /"timeoutMs"/],
    [{ exempt: ['localhost'] }, /clerkWebhook: "exempt" takes/],
    [{ exempt: '127.0.0.1' }, /clerkWebhook: "exempt" must be a list/],
    [{ erase: undefined }, /"erase"/],
    [{ replays: undefined }, /"replays"/],
    [{ users: {} }, /"users"/],
    [{ revocations: undefined }, /"revocations"/],
    [{ tolerance: 5 }, /unknown option "tolerance"/],
  ])('refuses %j at mount', (wrong, message) => {
    expect(() => clerkWebhook({ ...right, ...wrong })).toThrow(message);
  });
});
