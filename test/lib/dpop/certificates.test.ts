import { X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { createServer, request as httpsRequest, type RequestOptions } from 'node:https';
import type { AddressInfo } from 'node:net';
import express from 'express';
import { memoryReplays, sallyport, type OptionsWithoutUsers } from 'sallyport';
import { certificateThumbprint, jwkThumbprint, tlsCertificate } from 'sallyport/dpop';
import { createDpopClient, createTestIssuer } from 'sallyport/testing';
import { selfSigned } from '../../support/certificate';
import { cleanUp, later } from '../../support/clean-up';
import { listening } from '../../support/listening';
import { send } from '../../support/send';

const { issuer, audience, keys, token } = createTestIssuer();
const [own, other, server] = [selfSigned('client'), selfSigned('other'), selfSigned()];
const thumbprint = (pem: string): string => certificateThumbprint(pem) ?? '';
const bound = token({ cnf: { 'x5t#S256': thumbprint(own.cert) } });

afterAll(cleanUp);

function app(options: Partial<OptionsWithoutUsers>) {
  const port = sallyport({ issuer, audience, keys, addressLimit: false, ...options } as OptionsWithoutUsers);
  later(() => {
    port.close();
  });
  return express()
    .get('/', port, ({ auth }, response) => void response.json({ of: auth?.subject }))
    .use(port.problemDetails);
}

describe('over TLS', () => {
  let port: number;
  beforeAll(async () => {
    const secure = createServer(
      { ...server, requestCert: true, rejectUnauthorized: false },
      app({ certificate: tlsCertificate }),
    ).listen(0, '127.0.0.1');
    await once(secure, 'listening');
    ({ port } = secure.address() as AddressInfo);
    later(() => void secure.close());
  });

  async function status(bearer: string, options: RequestOptions = {}): Promise<number | undefined> {
    const sent = httpsRequest({
      port,
      host: '127.0.0.1',
      rejectUnauthorized: false,
      agent: false,
      headers: { Authorization: `Bearer ${bearer}` },
      ...options,
    });
    sent.end();
    const [answer] = (await once(sent, 'response')) as [{ statusCode?: number; resume(): void }];
    answer.resume();
    return answer.statusCode;
  }

  it('lets in who connected with the certificate that the token is bound to, and nobody else', async () => {
    expect(await status(bound, own)).toBe(200);
    expect(await status(bound, other)).toBe(401);
    expect(await status(bound)).toBe(401);
    expect(await status(token(), own)).toBe(200);
    expect(await status(token({ cnf: { jkt: 'x' } }), own)).toBe(401);
    expect(await status(token({ cnf: {} }), own)).toBe(401);
    expect(await status(token({ cnf: null }), own)).toBe(401);
    expect(await status(token({ cnf: { 'x5t#S256': '' } }), own)).toBe(401);
    expect(await status(token({ cnf: { 'x5t#S256': 1 } }), own)).toBe(401);
  });
});

describe('by a hook', () => {
  it.each<[string, unknown, number]>([
    ['its PEM', own.cert, 200],
    ['its DER', new X509Certificate(own.cert).raw, 200],
    ["Node's own object of it", new X509Certificate(own.cert), 200],
    ['another one', other.cert, 401],
    ['nothing', undefined, 401],
    ['null', null, 401],
    ['the empty text', '', 401],
    ['text that is no certificate', 'MIIB', 401],
    ['no bytes', new Uint8Array(), 401],
  ])('that gives %s', async (_name, given, status) => {
    const { url, close } = await listening(app({ certificate: () => given as string }));
    const answer = await send(url, { headers: { Authorization: `Bearer ${bound}` } });
    expect(answer.status).toBe(status);
    if (status === 401) {
      expect(answer.body).toMatchObject({ code: 'invalid_token' });
      expect(answer.headers['www-authenticate']).toBe('Bearer realm="api", error="invalid_token"');
    }
    await close();
  });

  it('that throws is a bug of the host, and nobody is let in', async () => {
    const { url, close } = await listening(
      app({
        certificate: () => {
          throw new Error('no such header');
        },
        onError: () => undefined,
      }),
    );
    const answer = await send(url, { headers: { Authorization: `Bearer ${bound}` } });
    expect(answer).toMatchObject({ status: 500, body: { code: 'internal' } });
    await close();
  });

  it('is wanted beside the proof of a token that is bound to both', async () => {
    const client = createDpopClient();
    const both = token({ cnf: { jkt: client.jkt, 'x5t#S256': thumbprint(own.cert) } });
    let shown: string | undefined = own.cert;
    const { url, close } = await listening(
      app({ certificate: () => shown, dpop: true, replays: memoryReplays() }),
    );
    expect((await client.fetch(both, `${url}/`)).status).toBe(200);
    expect((await send(url, { headers: { Authorization: `Bearer ${both}` } })).status).toBe(401);
    shown = other.cert;
    expect((await client.fetch(both, `${url}/`)).status).toBe(401);
    await close();
  });

  it('is no certificate where the connection is not TLS', async () => {
    const { url, close } = await listening(app({ certificate: tlsCertificate }));
    expect((await send(url, { headers: { Authorization: `Bearer ${bound}` } })).status).toBe(401);
    expect((await send(url, { headers: { Authorization: `Bearer ${token()}` } })).status).toBe(200);
    await close();
  });

  it('lets an extractor that finds a proof all the same open nothing', async () => {
    const client = createDpopClient();
    const { url, close } = await listening(
      app({
        certificate: tlsCertificate,
        credentials: [
          () => ({ kind: 'token', credential: token({ cnf: { jkt: client.jkt } }), dpopProof: 'x' }),
        ],
      }),
    );
    expect((await send(url)).status).toBe(401);
    await close();
  });
});

describe('jwkThumbprint', () => {
  it.each([
    [
      'NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs',
      {
        kty: 'RSA',
        e: 'AQAB',
        alg: 'RS256',
        kid: '2011-04-29',
        n: '0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw',
      },
    ],
    [
      '0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I',
      {
        kty: 'EC',
        x: 'l8tFrhx-34tV3hRICRDY9zCkDlpBhF42UQUfWVAWBFs',
        y: '9VE4jf_Ok_o64zbTTlcuNJajHmt6v9TDVrU0CdvGRDA',
        crv: 'P-256',
      },
    ],
    [
      'kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k',
      { kty: 'OKP', crv: 'Ed25519', x: '11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo' },
    ],
  ])('gives %s, as RFC 7638, RFC 9449 and RFC 8037 do', (expected, jwk) => {
    expect(jwkThumbprint(jwk)).toBe(expected);
  });

  it.each([
    { kty: 'oct', k: 'a' },
    { kty: 'EC', crv: 'P-256', x: 'a' },
    { kty: 'toString' },
    { kty: 'RSA', e: 1, n: 'a' },
  ])('refuses %j', (jwk) => {
    expect(() => jwkThumbprint(jwk)).toThrow(TypeError);
  });
});
