import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import Provider from 'oidc-provider';

export const AUDIENCE = 'https://analyzer.example';
const HOUR = 3600;

/** A certified OpenID provider on loopback, with one client: the app without Clerk. It rotates refresh tokens. */
export async function startProvider(appUrl) {
  const server = createServer();
  server.listen(0, 'localhost');
  await once(server, 'listening');
  const url = `http://localhost:${server.address().port}`;
  const client = { id: 'modules', secret: randomBytes(24).toString('base64url') };
  const own = { url, client, stale: false, refreshed: 0, close: () => closing(server) };
  const provider = new Provider(url, configuration(own, appUrl));
  provider.on('grant.success', (ctx) => {
    if (ctx.oidc.params.grant_type === 'refresh_token') own.refreshed += 1;
  });
  server.on('request', provider.callback());
  return own;
}

function configuration(own, appUrl) {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  return {
    clients: [
      {
        client_id: own.client.id,
        client_secret: own.client.secret,
        redirect_uris: [`${appUrl}/session/callback`],
        grant_types: ['authorization_code', 'refresh_token'],
        response_types: ['code'],
      },
    ],
    jwks: { keys: [{ ...privateKey.export({ format: 'jwk' }), kid: 'k1', alg: 'RS256', use: 'sig' }] },
    cookies: { keys: [randomBytes(24).toString('base64url')] },
    findAccount: (_ctx, id) => ({ accountId: id, claims: () => ({ sub: id }) }),
    ttl: {
      AccessToken: HOUR,
      Grant: HOUR,
      IdToken: HOUR,
      Interaction: HOUR,
      RefreshToken: HOUR,
      Session: HOUR,
    },
    issueRefreshToken: () => true,
    rotateRefreshToken: true,
    features: {
      revocation: { enabled: true, allowedPolicy: () => true },
      resourceIndicators: {
        enabled: true,
        defaultResource: () => AUDIENCE,
        useGrantedResource: () => true,
        getResourceServerInfo: () => ({
          scope: '',
          audience: AUDIENCE,
          accessTokenTTL: HOUR,
          accessTokenFormat: 'jwt',
          jwt: { sign: { alg: 'RS256' } },
        }),
      },
    },
    formats: {
      customizers: {
        /** While `stale` is set a sign-in gives a token that expired an hour ago: nobody has to wait for it. */
        jwt: ({ oidc }, _token, { payload }) => {
          if (!own.stale || oidc.params.grant_type !== 'authorization_code') return;
          for (const name of ['iat', 'exp']) payload[name] -= 2 * HOUR;
        },
      },
    },
  };
}

function closing(server) {
  server.close();
  server.closeAllConnections();
}
