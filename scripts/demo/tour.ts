import type { HttpTestIssuer } from 'sallyport/testing';
import type { Step } from './exchange';

const SAVE = '/api/user_modules/save';
const ADAS = '/api/user_modules/user/ada';

/** The main job, in the order in which a newcomer would ask for it. Each step is made when its turn comes. */
export function tour(issuer: HttpTestIssuer): readonly (() => Step)[] {
  const ada = issuer.token({ sub: 'ada', email: 'ada@example.com' });
  const module = { moduleId: 'intro', data: { title: 'Engines', 'a.b': [1, { $gt: 2 }] } };
  const save = { method: 'POST', path: SAVE, body: module } as const;

  return [
    () => ({
      title: 'Is it ready? Its issuer, its keys and its store are there',
      path: '/health/ready',
      status: 200,
    }),
    () => ({ ...save, title: 'Nobody may save', status: 401, code: 'missing_credentials' }),
    () => ({
      ...save,
      title: 'Ada, signed in, saves a module',
      token: ada,
      status: 201,
      holds: says({ version: 1 }),
    }),
    () => ({ ...save, title: 'She saves it again', token: ada, status: 200, holds: says({ version: 2 }) }),
    () => ({ title: 'She lists her modules', path: ADAS, token: ada, status: 200, holds: lists(1) }),
    () => ({
      title: 'Bob may not list them',
      path: ADAS,
      token: issuer.token({ sub: 'bob' }),
      status: 403,
      code: 'not_owner',
    }),
    () => ({
      title: 'A token that expired',
      path: ADAS,
      token: issuer.token({ sub: 'ada', exp: 1 }),
      status: 401,
      code: 'invalid_token',
    }),
    () => ({
      title: 'A token that Bob rewrote to say Ada',
      path: ADAS,
      token: forged(issuer),
      status: 401,
      code: 'invalid_token',
    }),
    () => {
      issuer.rotate();
      const token = issuer.token({ sub: 'ada' });
      return {
        title: 'The issuer rotates its keys: the new one counts at once',
        path: ADAS,
        token,
        status: 200,
        holds: lists(1),
      };
    },
    () => ({
      title: 'Who the service says Ada is',
      path: '/api/users/me',
      token: ada,
      status: 200,
      holds: says({ userId: 'ada' }),
    }),
    () => ({
      title: 'She deletes the module',
      method: 'DELETE',
      path: `${ADAS}/intro`,
      token: ada,
      status: 204,
    }),
    () => ({ title: 'And it is gone', path: `${ADAS}/intro`, token: ada, status: 404, code: 'not_found' }),
  ];
}

/** Bob's own signature under Ada's name. */
function forged(issuer: HttpTestIssuer): string {
  const [header, , signature] = issuer.token({ sub: 'bob' }).split('.');
  const [, payload] = issuer.token({ sub: 'ada' }).split('.');
  return [header, payload, signature].join('.');
}

function says(expected: Readonly<Record<string, unknown>>) {
  return (answer: unknown): boolean =>
    Object.entries(expected).every(([name, value]) => (answer as Record<string, unknown>)[name] === value);
}

function lists(count: number) {
  return (answer: unknown): boolean => (answer as { items: readonly unknown[] }).items.length === count;
}
