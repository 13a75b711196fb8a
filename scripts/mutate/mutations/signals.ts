import type { Mutation } from '../mutation';

const message = 'lib/signals/message.ts';
const logout = 'lib/signals/logout-token.ts';
const receiver = 'lib/signals/receiver.ts';
const logouts = ['test/lib/signals/logout-refusals.test.ts'];
const taken = ['test/lib/signals/back-channel-logout.test.ts'];
const events = ['test/lib/signals/security-events.test.ts'];
const wrongEvents = ['test/lib/signals/event-refusals.test.ts'];

export const signals: readonly Mutation[] = [
  {
    breaks: 'The signature of a logout token is not asked',
    file: message,
    search: 'if (!(await rules.engine.verify(jws, key, alg)))',
    replace: 'if ((await rules.engine.verify(jws, key, alg)) === undefined)',
    tests: logouts,
  },
  {
    breaks: 'A logout token for another client ends a session',
    file: message,
    search: '  checkAudience,\n  checkNames,',
    replace: '  checkNames,',
    tests: logouts,
  },
  {
    breaks: 'A logout token may have a nonce',
    file: logout,
    search: "if (Object.hasOwn(payload, 'nonce'))",
    replace: "if (payload['nonce'] === 0)",
    tests: logouts,
  },
  {
    breaks: 'A token without the logout event ends a session',
    file: logout,
    search: "if (memberOf(payload['events'], LOGOUT) === undefined)",
    replace: "if (payload['events'] === 0)",
    tests: logouts,
  },
  {
    breaks: 'A logout token without exp is good for a month',
    file: message,
    search: 'iat + lifetime > now',
    replace: 'iat + lifetime > 0',
    tests: logouts,
  },
  {
    breaks: 'A logout token acts each time it comes',
    file: receiver,
    search: 'await once(replays, idOf(room, issuer, payload.jti), act)',
    replace: "await act().then(() => 'handled' as const)",
    tests: taken,
  },
  {
    breaks: 'A security event of any typ is taken',
    file: 'lib/signals/security-event.ts',
    search: '/^(application\\/)?secevent\\+jwt$/i.test(String(typ))',
    replace: 'String(typ).length > 0',
    tests: wrongEvents,
  },
  {
    breaks: "A security event reaches another issuer's subject",
    file: 'lib/signals/subject.ts',
    search: 'context.names.named(iss) !== context.issuer',
    replace: 'context.issuer === undefined',
    tests: wrongEvents,
  },
  {
    breaks: 'A security event refuses what its subject is given later',
    file: 'lib/signals/security-event.ts',
    search: 'Math.min(timeOf(members, payload), now)',
    replace: 'timeOf(members, payload)',
    tests: events,
  },
  {
    breaks: 'A refused signal is not counted against its address',
    file: receiver,
    search: 'const answer = await refused(request, response, error);',
    replace: 'const answer = (await Promise.resolve(refused), error);',
    tests: logouts,
  },
];
