import express from 'express';
import type { AddressInfo } from 'node:net';
import {
  expressOauth2JwtBearer,
  memoryUsers,
  nodeCrypto,
  sallyport,
  type InvalidTokenReason,
  type IssuerOptions,
} from 'sallyport';
import * as presets from 'sallyport/issuers';
import type { HttpTestIssuer, Provider, TokenKind } from 'sallyport/testing';
import { later } from './clean-up';

/** What a caller proved, or why the token was refused. */
export interface Outcome {
  readonly status: number;
  readonly reason?: InvalidTokenReason;
  readonly detail?: string;
  readonly subject?: string;
  readonly issuer?: string;
  readonly scopes?: readonly string[];
  readonly roles?: readonly string[];
  /** Of `req.user`. */
  readonly user?: string;
}

type Call = (token: string) => Promise<Outcome>;

export const ENGINES = { 'express-oauth2-jwt-bearer': expressOauth2JwtBearer, nodeCrypto } as const;

/** The whole chain behind a real server; refuses with the reason that its event names. */
export async function callThrough(issuer: IssuerOptions, engine = nodeCrypto()): Promise<Call> {
  const last: { reason?: InvalidTokenReason | undefined } = {};
  const port = sallyport({
    ...issuer,
    engine,
    users: memoryUsers(),
    addressLimit: false,
    onEvent: (event) => {
      if (event.type === 'refused') last.reason = event.reason;
    },
  });
  const app = express();
  app.use('/api', port);
  app.get('/api/me', ({ auth, user }, response) => {
    response.json({ ...auth, user: user?.subject });
  });
  app.use(port.problemDetails);
  const server = app.listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  later(() => {
    port.close();
    server.closeAllConnections();
    server.close();
  });
  const { port: number } = server.address() as AddressInfo;
  return async (token) => {
    delete last.reason;
    const headers = { authorization: `Bearer ${token}` };
    const response = await fetch(`http://127.0.0.1:${String(number)}/api/me`, { headers });
    const body = (await response.json()) as Outcome;
    return { ...body, ...last, status: response.status } as Outcome;
  };
}

/** Each provider's preset as its own documentation would have one write it, for the test issuer that is like it. */
export const PRESETS: Readonly<Record<Provider, (issuer: HttpTestIssuer) => IssuerOptions>> = {
  auth0: ({ issuer, audience }) => presets.auth0({ issuer, audience }),
  clerk: ({ issuer }) => presets.clerk({ issuer, authorizedParties: null }),
  cognito: ({ issuer, audience }) => presets.cognito({ issuer, clientId: audience }),
  entra: ({ issuer, audience }) => presets.entra({ tenantId: TENANT, issuer, audience }),
  firebase: ({ issuer, audience }) => presets.firebase({ issuer, projectId: [audience].flat()[0] ?? '' }),
  githubActions: ({ issuer, audience }) =>
    presets.githubActions({ issuer, audience, repository: 'octo-org/octo-repo', ref: 'refs/heads/main' }),
  google: ({ issuer, audience }) =>
    presets.google({ issuer, clientId: audience, hostedDomain: 'example.com' }),
  keycloak: ({ issuer, audience }) =>
    presets.keycloak({ url: new URL(issuer).origin, realm: 'demo', audience }),
  kubernetes: ({ issuer, audience }) =>
    presets.kubernetes({ issuer, audience, serviceAccounts: ['shop/notes-client'] }),
  okta: ({ issuer, audience }) => presets.okta({ domain: new URL(issuer).origin, audience }),
  supabase: ({ issuer }) => presets.supabase({ issuer }),
};

export const TENANT = '8eaef023-2b34-4da1-9baa-8bc8c9d6a490';

interface Accepted {
  readonly scopes?: readonly string[];
  readonly roles?: readonly string[];
  /** Default: the subject of the issuer. */
  readonly subject?: string;
}

/** Provider by kind of token: what its caller may do, or the reason of the 401. */
export const ANSWERS: Readonly<Record<Provider, Partial<Record<TokenKind, Accepted | InvalidTokenReason>>>> =
  {
    auth0: {
      access: { scopes: ['openid', 'profile', 'email', 'read:notes', 'write:notes'] },
      'access-at+jwt': { scopes: ['openid', 'profile', 'email', 'read:notes', 'write:notes'] },
      machine: { subject: 'awZfdIir8YFdGZWkvCejDoUb7SjTDicx@clients', scopes: ['read:notes'] },
      id: 'audience',
      logout: 'header',
      refresh: 'malformed',
    },
    clerk: {
      session: { roles: ['editor'], scopes: ['org:notes:read', 'org:notes:write'] },
      template: 'claims',
      machine: 'claims',
      oauth: 'header',
      id: 'claims',
      refresh: 'malformed',
    },
    cognito: {
      access: { roles: ['editors'], scopes: ['openid', 'profile', 'email', 'notes/read'] },
      machine: 'claims',
      id: 'claims',
      refresh: 'malformed',
    },
    entra: {
      access: { roles: ['Notes.Editor'], scopes: ['Notes.Read', 'Notes.Write'] },
      machine: { subject: 'c1a9d4e6-1f2a-4a0e-9a5e-0f0f6d1c7b10', roles: ['Notes.Read.All'] },
      'access-v1': 'unknown_issuer',
      id: 'claims',
      refresh: 'malformed',
    },
    firebase: {
      id: {},
      anonymous: 'claims',
      'session-cookie': 'unknown_issuer',
      custom: 'unknown_issuer',
      emulator: 'malformed',
      refresh: 'malformed',
    },
    githubActions: {
      machine: {},
      'pull-request': 'claims',
      access: 'malformed',
    },
    google: {
      id: {},
      machine: 'claims',
      access: 'malformed',
      refresh: 'malformed',
    },
    keycloak: {
      access: {
        roles: ['offline_access', 'default-roles-demo', 'uma_authorization', 'editor', 'notes-writer'],
        scopes: ['openid', 'email', 'profile', 'notes:read'],
      },
      machine: {
        subject: '5c9d1a0e-42aa-4f0b-9a06-1d5a3b7c2f10',
        roles: ['offline_access', 'default-roles-demo'],
        scopes: ['email', 'profile'],
      },
      id: 'audience',
      logout: 'header',
      refresh: 'algorithm',
    },
    kubernetes: {
      machine: {},
      'api-server': 'audience',
      legacy: 'unknown_issuer',
    },
    okta: {
      access: { scopes: ['openid', 'profile', 'notes.read'] },
      machine: { subject: '0oajobkvc6442nkvQO0h7', scopes: ['notes.read'] },
      'org-access': 'header',
      id: 'audience',
      refresh: 'malformed',
    },
    supabase: {
      access: {},
      anonymous: 'claims',
      oauth: 'claims',
      'anon-key': 'algorithm',
      machine: 'algorithm',
      refresh: 'malformed',
    },
  };
