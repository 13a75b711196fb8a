import { createHash, randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { jwt, newKey, now, sessionToken } from './tokens.mjs';

const CLERK_JS = readFileSync(new URL('./clerk-in-browser.js', import.meta.url), 'utf8');
export const PUBLISHABLE_KEY = `pk_test_${Buffer.from('clerk.localhost$').toString('base64')}`;

/** Clerk's cookies bear the mark of their instance. */
export const COOKIE = {
  session: `__session_${cookieSuffix()}`,
  clientUat: `__client_uat_${cookieSuffix()}`,
  devBrowser: `__clerk_db_jwt_${cookieSuffix()}`,
};

/** What a Clerk instance does for an app, as far as it can be done on one machine: keys, sessions, sign-in, handshake. */
export async function startIssuer(port, appUrl) {
  const key = newKey();
  const sessions = new Map();
  const server = createServer((request, response) => {
    const url = new URL(request.url, issuer.url);
    const handler = routes[`${request.method} ${url.pathname}`];
    if (handler) handler(request, response, url);
    else response.writeHead(404).end();
  });
  await listen(server, port);
  const down = () =>
    new Promise((resolve) => {
      server.close(resolve);
      server.closeAllConnections();
    });
  const issuer = {
    url: `http://localhost:${server.address().port}`,
    /** The same pages at another site's address. */
    foreignUrl: `http://${numeric(server.address())}`,
    appUrl,
    port: server.address().port,
    publicKeyPem: key.publicKey.export({ type: 'spki', format: 'pem' }),
    /** Signs a user in: the session that a browser would now have. */
    signIn(user) {
      const session = { id: `sess_${randomUUID().replaceAll('-', '')}`, user, since: now() - 1 };
      sessions.set(session.id, session);
      return session;
    },
    token: (session, claims = {}, signer = key) => sessionToken(issuer, session, claims, signer),
    cookies: (session, token = issuer.token(session)) =>
      `${COOKIE.session}=${token}; ${COOKIE.clientUat}=${session.since}; ${COOKIE.devBrowser}=dvb_test`,
    otherKey: newKey,
    /** Ends what a user has there, as an administrator would; the tokens that are out stay good by themselves. */
    endSessions(user) {
      const ended = [...sessions.values()].filter((session) => session.user === user);
      for (const { id } of ended) sessions.delete(id);
      return ended;
    },
    down,
    up: () => listen(server, issuer.port),
    close: () => (server.listening ? down() : undefined),
  };
  const routes = routesOf(issuer, key, sessions);
  return issuer;
}

function routesOf(issuer, key, sessions) {
  const sessionOf = (request) =>
    sessions.get(/(?:^|; )__client=([^;]*)/.exec(request.headers.cookie ?? '')?.[1]);
  const json = (response, value) =>
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(value));
  const jwks = () => ({
    keys: [{ ...key.publicKey.export({ format: 'jwk' }), kid: key.kid, alg: 'RS256', use: 'sig' }],
  });
  return {
    'GET /.well-known/jwks.json': (_request, response) => json(response, jwks()),
    'GET /.well-known/openid-configuration': (_request, response) =>
      json(response, { issuer: issuer.url, jwks_uri: `${issuer.url}/.well-known/jwks.json` }),
    'GET /clerk.js': (_request, response) =>
      response
        .writeHead(200, { 'content-type': 'text/javascript', 'access-control-allow-origin': '*' })
        .end(CLERK_JS.replace('COOKIE_SUFFIX', cookieSuffix())),
    'GET /sign-in': (_request, response, url) =>
      response.writeHead(200, { 'content-type': 'text/html' }).end(signInPage(url)),
    'GET /sign-in/as': (_request, response, url) => {
      const session = issuer.signIn(url.searchParams.get('user'));
      const cookie = `__client=${session.id}; Path=/v1; HttpOnly`;
      response.writeHead(303, { 'set-cookie': cookie, location: handshake(issuer, key, session, url) }).end();
    },
    'GET /v1/client/handshake': (request, response, url) =>
      response.writeHead(307, { location: handshake(issuer, key, sessionOf(request), url) }).end(),
    'POST /v1/client/token': (request, response) => {
      const session = sessionOf(request);
      response.setHeader('access-control-allow-origin', request.headers.origin);
      response.setHeader('access-control-allow-credentials', 'true');
      json(response, { jwt: session ? issuer.token(session) : null });
    },
    'POST /v1/client/sign-out': (request, response) => {
      sessions.delete(sessionOf(request)?.id);
      response.setHeader('access-control-allow-origin', request.headers.origin);
      response.setHeader('access-control-allow-credentials', 'true');
      json(response, {});
    },
  };
}

/** Back to the app, with its cookies in a signed parameter: the issuer is another site and can't set them. */
function handshake(issuer, key, session, url) {
  const back = new URL(url.searchParams.get('redirect_url'));
  const cookies = session
    ? [`${COOKIE.session}=${issuer.token(session)}; Path=/`, `${COOKIE.clientUat}=${session.since}; Path=/`]
    : [`${COOKIE.session}=; Path=/; Max-Age=0`, `${COOKIE.clientUat}=0; Path=/`, '__client_uat=0; Path=/'];
  const directives = [...cookies, `${COOKIE.devBrowser}=dvb_test; Path=/`];
  back.searchParams.set('__clerk_handshake', jwt({ handshake: directives }, key));
  return back.href;
}

function numeric({ address, family, port }) {
  return family === 'IPv6' ? `[${address}]:${port}` : `${address}:${port}`;
}

function listen(server, port) {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, 'localhost', resolve);
  });
}

function signInPage(url) {
  const link = (user) => {
    const query = new URLSearchParams({ user, redirect_url: url.searchParams.get('redirect_url') ?? '' });
    return `<p><a href="/sign-in/as?${query}">Continue as ${user}</a></p>`;
  };
  return `<!doctype html><title>Sign in</title><h1>Sign in</h1>${['user_ada', 'user_grace', 'user_mary'].map(link).join('')}`;
}

function cookieSuffix() {
  return createHash('sha1').update(PUBLISHABLE_KEY).digest('base64url').slice(0, 8);
}
