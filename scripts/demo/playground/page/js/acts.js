import { ask } from './api.js';
import { keyActs } from './acts-of-keys.js';
import { send } from './send.js';
import { nameOf, session } from './session.js';
import { bent, withMember } from './token.js';

const USUAL_SECONDS = 600;
const modulesOf = (person) => ({ method: 'GET', path: `/api/user_modules/user/${person}` });
const own = () => modulesOf(session.person);
const asToken = (value) => ({ kind: 'token', value });

async function signIn(person, seconds = USUAL_SECONDS) {
  const { token } = await ask('sign-in', { person, seconds });
  session.signedIn(person, token);
}

async function signInAndList(person) {
  await signIn(person);
  await send(`${nameOf(person)} signs in and lists`, own());
}

/** Changes the token's parts, and sends what comes of it. */
async function tamper(title, change, request = own()) {
  if (!session.token) return;
  session.signedIn(session.person, session.token);
  change(session.parts);
  await send(title, request);
}

/** What each button does: `data-act` names it. `tell` says what goes on while it lasts. */
export const acts = {
  signInAda: () => signInAndList('ada'),
  signInBob: () => signInAndList('bob'),

  save: () =>
    send('Save a module', {
      method: 'POST',
      path: '/api/user_modules/save',
      body: JSON.stringify({ moduleId: 'notes', data: { savedAt: new Date().toISOString() } }),
    }),
  list: () => send('List own modules', own()),
  listOther: () => send(`List the modules of ${nameOf(session.other)}`, modulesOf(session.other)),
  me: () => send('Who am I?', { method: 'GET', path: '/api/users/me' }),

  algNone: () =>
    tamper('A header with alg none', (parts) => {
      parts.header = withMember(parts.header, 'alg', 'none');
    }),
  otherKid: () =>
    tamper('A header with another kid', (parts) => {
      parts.header = withMember(parts.header, 'kid', 'another-key');
    }),
  becomeOther: () =>
    tamper(
      `A payload that says ${nameOf(session.other)}`,
      (parts) => {
        parts.payload = withMember(parts.payload, 'sub', session.other);
      },
      modulesOf(session.other),
    ),
  bendSignature: () =>
    tamper('A signature with one other character', (parts) => {
      parts.signature = bent(parts.signature);
    }),

  async expire({ tell, tolerance }) {
    await signIn(session.person, 3);
    await send('A token of 3 seconds', own());
    const end = session.expiresAt + tolerance * 1000;
    for (let left = end - Date.now(); left >= 0; left = end - Date.now()) {
      tell(
        `Accepted for ${Math.ceil(left / 1000)} s more: ${tolerance} s are allowed for clocks that differ.`,
      );
      await new Promise((resolve) => setTimeout(resolve, Math.min(left + 20, 1000)));
    }
    await send('The same token, expired', own());
  },

  async rotate() {
    const { kid } = await ask('rotate');
    await signIn(session.person);
    await send('The first token of a new key', own(), {
      also: `The issuer signs with ${kid} now. Its old key is still published, so earlier tokens work on.`,
    });
  },
  async replaceKey() {
    const old = session.credential;
    await ask('replace');
    await signIn(session.person);
    await send('The first token of a new key', own());
    await send('A token of the key that leaked', own(), {
      credential: old,
      also: 'The old key is not published any more: whatever it signed is worth nothing.',
    });
  },
  async outage() {
    const { isUp } = await ask('outage');
    await send(isUp ? 'The issuer is back' : 'The issuer is down', own(), {
      also: isUp
        ? 'The service reads its keys again by itself.'
        : 'Keys that were read are used while they are fresh, then a while longer, then it is 503: see the age of the keys.',
    });
  },
  async flood() {
    const { last, tally, fetches } = await ask('flood');
    const answers = Object.entries(tally).map(([name, count]) => `${count} × ${name}`);
    const times = fetches === 1 ? 'once' : `${fetches} times`;
    await send(`A flood: ${answers.join(', ')}`, undefined, {
      exchange: last,
      also: `For all of these the service asked the issuer for its keys ${times}.`,
    });
  },

  async revokeSession() {
    await send('Revoke this session', { method: 'POST', path: '/api/sessions/revoke' });
    await send('The same token, revoked', own(), { also: 'Sign in again to go on.' });
  },
  async revokeSubject({ tolerance }) {
    const { token } = await ask('sign-in', { person: 'admin', seconds: 60 });
    const body = JSON.stringify({ subject: session.person, reason: 'playground' });
    await send(
      `An administrator revokes ${nameOf(session.person)}`,
      {
        method: 'POST',
        path: '/api/admin/revocations',
        body,
      },
      { credential: asToken(token) },
    );
    await send(`A token that ${nameOf(session.person)} had`, own(), {
      also: `What was issued up to ${tolerance} s after it is refused too; then sign in again.`,
    });
  },

  ...keyActs(own),
};
