import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { authorizationHandler } from '@modelcontextprotocol/sdk/server/auth/handlers/authorize.js';
import { clientRegistrationHandler } from '@modelcontextprotocol/sdk/server/auth/handlers/register.js';
import { tokenHandler } from '@modelcontextprotocol/sdk/server/auth/handlers/token.js';
import type {
  AuthorizationParams,
  OAuthServerProvider,
} from '@modelcontextprotocol/sdk/server/auth/provider.js';
import type { OAuthClientInformationFull, OAuthTokens } from '@modelcontextprotocol/sdk/shared/auth.js';
import express from 'express';
import { createTestIssuer, type TestIssuer } from 'sallyport/testing';

export interface AuthorizationServer {
  readonly issuer: string;
  /** Signs as it does. */
  readonly tokens: TestIssuer;
  /** Whom the next authorization is for, and what may be granted of what is asked for. Nobody is asked. Default: ada, all. */
  signIn(subject: string, grantable?: readonly string[]): void;
  /** Everything is answered with 503, the keys too, until `recover()`. */
  fail(): void;
  recover(): void;
  close(): Promise<void>;
}

/** With the endpoints of the MCP SDK: dynamic registration, authorization with PKCE, tokens for the resource asked for. */
export async function startAuthorizationServer(): Promise<AuthorizationServer> {
  const app = express();
  const server = createServer(app).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const issuer = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`;
  const tokens = createTestIssuer({ issuer });
  const state: State = { subject: 'ada', grantable: undefined, isDown: false };
  const provider = providerOf(tokens, state);

  app.use((_request, response, next) => {
    if (state.isDown) response.status(503).send('unavailable');
    else next();
  });
  app.get(
    ['/.well-known/oauth-authorization-server', '/.well-known/openid-configuration'],
    (_request, response) => {
      response.json({
        issuer,
        jwks_uri: `${issuer}/jwks`,
        authorization_endpoint: `${issuer}/authorize`,
        token_endpoint: `${issuer}/token`,
        registration_endpoint: `${issuer}/register`,
        response_types_supported: ['code'],
        code_challenge_methods_supported: ['S256'],
        token_endpoint_auth_methods_supported: ['none'],
      });
    },
  );
  app.get('/jwks', (_request, response) => {
    response.json(tokens.jwks());
  });
  const { clientsStore } = provider;
  app.use('/register', clientRegistrationHandler({ clientsStore, rateLimit: false }));
  app.use('/authorize', authorizationHandler({ provider, rateLimit: false }));
  app.use('/token', tokenHandler({ provider, rateLimit: false }));

  return {
    issuer,
    tokens,
    signIn(subject, grantable) {
      Object.assign(state, { subject, grantable });
    },
    fail() {
      state.isDown = true;
    },
    recover() {
      state.isDown = false;
    },
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

interface State {
  subject: string;
  grantable: readonly string[] | undefined;
  isDown: boolean;
}

interface Grant {
  readonly scopes: readonly string[];
  readonly params: AuthorizationParams;
  readonly subject: string;
}

function providerOf(tokens: TestIssuer, state: State): OAuthServerProvider {
  const clients = new Map<string, OAuthClientInformationFull>();
  const grants = new Map<string, Grant>();
  return {
    clientsStore: {
      getClient: (id) => clients.get(id),
      registerClient(client) {
        const registered = { ...client, client_id: randomUUID() };
        clients.set(registered.client_id, registered);
        return registered;
      },
    },
    async authorize(_client, params, response) {
      const code = randomUUID();
      const { subject, grantable } = state;
      const scopes = (params.scopes ?? []).filter((scope) => grantable?.includes(scope) ?? true);
      grants.set(code, { params, subject, scopes });
      const back = new URL(params.redirectUri);
      back.searchParams.set('code', code);
      response.redirect(back.href);
      return Promise.resolve();
    },
    async challengeForAuthorizationCode(_client, code) {
      return Promise.resolve(grants.get(code)?.params.codeChallenge ?? '');
    },
    async exchangeAuthorizationCode(client, code, _verifier, _redirectUri, resource) {
      const grant = grants.get(code);
      grants.delete(code);
      if (!grant || grant.params.resource?.href !== resource?.href) throw new Error('wrong grant');
      return Promise.resolve(issued(tokens, client, grant));
    },
    exchangeRefreshToken: () => Promise.reject(new Error('no refresh tokens')),
    verifyAccessToken: () => Promise.reject(new Error('the resource server verifies')),
  };
}

function issued(tokens: TestIssuer, { client_id }: OAuthClientInformationFull, grant: Grant): OAuthTokens {
  const { params, subject, scopes } = grant;
  const scope = scopes.join(' ');
  const claims = { sub: subject, aud: params.resource?.href, scope, client_id, jti: randomUUID() };
  return {
    access_token: tokens.token(claims, { typ: 'at+jwt' }),
    token_type: 'Bearer',
    expires_in: 300,
    scope,
  };
}
