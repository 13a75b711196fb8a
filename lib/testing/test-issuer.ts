import type { KeySource } from '../keys/key-source';
import { settle, type TestIssuerOptions } from './issuer-options';
import { servedKeys } from './served-keys';
import { tokenMint, type TokenMint } from './token-mint';

export interface TestIssuer extends TokenMint {
  /** For `jwtVerifier({ keys })` or `sallyport({ keys })`: no network, and every change takes effect at once. */
  readonly keys: KeySource;
  /** Its keys are unavailable until `recover()`: requests that need them get 503. */
  readonly fail: () => void;
  /** Requests that need its keys wait until `recover()`. */
  readonly hang: () => void;
  readonly recover: () => void;
}

/**
 * An issuer in this process, created synchronously: no server, no network, nothing to close.
 *
 * ```js
 * const { createTestIssuer } = require('sallyport/testing');
 *
 * const { issuer, audience, keys, token } = createTestIssuer();
 * app.use('/api', sallyport({ issuer, audience, keys, users: memoryUsers() }));
 *
 * await supertest(app).get('/api/me').set('Authorization', `Bearer ${token()}`).expect(200);
 * await supertest(app).get('/api/me').set('Authorization', `Bearer ${token({ exp: 1 })}`).expect(401);
 * ```
 *
 * @throws {TypeError} for an unknown option or algorithm.
 */
export function createTestIssuer(options: TestIssuerOptions = {}): TestIssuer {
  const settled = settle('createTestIssuer', options);
  const own = tokenMint(settled.issuer ?? settled.animal.issuer, settled);
  const keys = servedKeys(own.issuer, own.jwks);
  return {
    ...own,
    keys,
    fail: () => keys.become('down'),
    hang: () => keys.become('hanging'),
    recover: () => keys.become('up'),
  };
}
