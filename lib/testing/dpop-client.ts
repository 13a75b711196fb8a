import { createHash, randomUUID } from 'node:crypto';
import { jwkThumbprint } from '../dpop/thumbprint';
import type { Jwk } from '../keys/key-source';
import { refuseUnknown } from '../options';
import type { Overrides } from './mint';
import { generateSigningKey, signToken, type SigningAlgorithm } from './sign-token';

/** The request that a proof is for. */
export interface ProofTarget {
  /** Default: GET. */
  readonly method?: string;
  readonly url: string;
  /** The access token of the request, for `ath`. */
  readonly token?: string;
  readonly nonce?: string;
}

/** A client with its own key pair, which creates DPoP proofs (RFC 9449). */
export interface DpopClient {
  readonly publicJwk: Jwk;
  /** The thumbprint of its public key: `token({ cnf: { jkt } })` of an issuer is a token bound to it. */
  readonly jkt: string;
  /** A new proof. `claims` and `header` override claims and header parameters; `undefined` removes one. */
  proof(target: ProofTarget, claims?: Overrides, header?: Overrides): string;
  /** The headers `Authorization` and `DPoP`, for any HTTP client. */
  headers(token: string, target: Omit<ProofTarget, 'token'>): { Authorization: string; DPoP: string };
  /** `fetch` with the token and a proof; repeats the request once if the server requires a nonce. */
  fetch(token: string, url: string, init?: RequestInit): Promise<Response>;
}

export interface DpopClientOptions {
  /** Default: ES256. */
  readonly algorithm?: SigningAlgorithm;
  /** The clock of `iat`, in milliseconds since the epoch. Default: `Date.now`. */
  readonly now?: () => number;
}

/**
 * A client that proves possession of its key.
 *
 * ```js
 * const client = createDpopClient();
 * const testIssuer = createTestIssuer();
 * const bound = testIssuer.token({ cnf: { jkt: client.jkt } });
 *
 * await client.fetch(bound, 'http://127.0.0.1:3000/api/me'); // 200
 * await fetch('http://127.0.0.1:3000/api/me', { headers: { Authorization: `Bearer ${bound}` } }); // 401
 * ```
 *
 * @throws {TypeError} for an option that is unknown.
 */
export function createDpopClient(options: DpopClientOptions = {}): DpopClient {
  refuseUnknown('createDpopClient', options, ['algorithm', 'now']);
  const { algorithm = 'ES256', now = Date.now } = options;
  const { privateKey, publicKey } = generateSigningKey(algorithm);
  const publicJwk = publicKey.export({ format: 'jwk' }) as Jwk;

  const client: DpopClient = {
    publicJwk,
    jkt: jwkThumbprint(publicJwk),
    proof({ method = 'GET', url, token, nonce }, claims = {}, header = {}) {
      const payload = {
        jti: randomUUID(),
        htm: method,
        htu: url.replace(/[?#].*$/, ''),
        iat: Math.floor(now() / 1000),
        ...(token !== undefined && { ath: createHash('sha256').update(token).digest('base64url') }),
        ...(nonce !== undefined && { nonce }),
        ...claims,
      };
      const full: Overrides = { typ: 'dpop+jwt', alg: algorithm, jwk: publicJwk, ...header };
      // With an unknown or missing alg the signature is still valid, so that only the header is wrong.
      return signToken(full, payload, privateKey, full['alg'] === 'none' ? 'none' : algorithm);
    },
    headers: (token, target) => ({
      Authorization: `DPoP ${token}`,
      DPoP: client.proof({ ...target, token }),
    }),
    async fetch(token, url, init = {}) {
      const ask = (nonce?: string): Promise<Response> => {
        const headers = new Headers(init.headers);
        headers.set('Authorization', `DPoP ${token}`);
        headers.set(
          'DPoP',
          client.proof({ method: init.method ?? 'GET', url, token, ...(nonce !== undefined && { nonce }) }),
        );
        return fetch(url, { ...init, headers });
      };
      const first = await ask();
      const nonce = first.headers.get('dpop-nonce');
      const wanted =
        first.status === 401 && first.headers.get('www-authenticate')?.includes('use_dpop_nonce');
      return wanted === true && nonce !== null ? ask(nonce) : first;
    },
  };
  return client;
}
