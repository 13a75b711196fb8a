import type { RequestHandler } from 'express';
import { userOf, type Identity, type Sallyport, type UserStore } from 'sallyport';
import { z } from 'zod';
import type { Route } from '../http/endpoint';
import { chainAnswer, json } from '../openapi/operation';
import { OF_THE_CHAIN } from '../openapi/problems';

export interface UserRoutes {
  readonly port: Sallyport;
  readonly erase: (identity: Identity) => Promise<void>;
}

const userAnswer = z
  .strictObject({
    userId: z.string().meta({ description: 'The `sub` of the token.', example: 'user_2f9a' }),
    issuer: z.string().meta({ example: 'https://issuer.example.com' }),
    email: z.string().nullable().meta({ description: 'null where it is not known.' }),
    name: z.string().nullable().meta({ description: 'null where it is not known.' }),
    createdAt: z.iso.datetime().meta({ description: 'When this service first stored the user.' }),
  })
  .meta({ id: 'User' });

/** /users/me: shows and erases the caller. */
export function userRoutes({ port, erase }: UserRoutes): readonly Route[] {
  return [
    {
      path: '/api/users/me',
      methods: {
        get: {
          id: 'showUser',
          tag: 'users',
          summary: 'Show the caller',
          description: 'An API key needs the scope `modules:read`.',
          credentials: { token: [], apiKey: ['modules:read'] },
          answers: { 200: chainAnswer('What is known of the caller.', { body: json(userAnswer) }) },
          problems: [...OF_THE_CHAIN, 'insufficient_scope'],
          handlers: [port, port.requireKeyScope('modules:read'), showUser(port.users)],
        },
        delete: {
          id: 'eraseUser',
          tag: 'users',
          summary: 'Erase the caller',
          description: 'The user, with all modules and API keys. Earlier tokens are refused from then on.',
          credentials: { token: [] },
          answers: { 204: chainAnswer('All of it is gone.') },
          problems: [...OF_THE_CHAIN, 'token_required'],
          handlers: [port, port.requireToken(), eraseCaller(erase)],
        },
      },
    },
  ];
}

/** Reads the store, since a webhook may have changed the user on another instance. */
function showUser(users: Pick<UserStore, 'find'>): RequestHandler {
  return async function show(request, response) {
    const caller = userOf(request);
    const { subject, issuer, email = null, name = null, createdAt } = (await users.find(caller)) ?? caller;
    const shown: z.output<typeof userAnswer> = { userId: subject, issuer, email, name, createdAt };
    response.json(shown);
  };
}

function eraseCaller(erase: UserRoutes['erase']): RequestHandler {
  return async function eraseUser(request, response) {
    const { issuer, subject } = userOf(request);
    await erase({ issuer, subject });
    response.status(204).end();
  };
}
