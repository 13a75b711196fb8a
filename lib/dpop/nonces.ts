import { createHmac, timingSafeEqual } from 'node:crypto';
import { refuseUnknown } from '../options';

/** Issues and checks the nonces of DPoP proofs (RFC 9449 section 9). */
export interface DpopNonces {
  /** Seconds for which a nonce is accepted; the `jti` of proofs with it are remembered for longer. */
  readonly lifetimeSeconds: number;
  /** Makes a nonce for the next proof, of characters that a header can hold, without quotes. */
  readonly issue: () => string;
  /** Whether `issue` made the nonce, on any instance, within `lifetimeSeconds`. */
  readonly accepts: (nonce: string) => boolean;
}

export interface DpopNoncesOptions {
  /** A random secret of at least 32 characters or bytes, the same for all instances. */
  readonly secret: string | Uint8Array;
  /** Seconds for which a nonce is accepted. Default 300. */
  readonly lifetimeSeconds?: number;
  /** Milliseconds since the epoch. Default `Date.now`. */
  readonly now?: () => number;
}

const TIME_BYTES = 6;
const MAC_BYTES = 16;
/** 22 bytes in base64url: the last character holds two bits, and four that must be zero. */
const NONCE = /^[A-Za-z0-9_-]{29}[AQgw]$/;

/**
 * Stateless nonces: each holds its time of issue under a MAC, so nothing is stored, and every instance that has the
 * secret accepts them. With nonces the age of a proof is measured by this server's clock and not by the client's, and no
 * proof can be made long before it is used.
 *
 * @example
 * sallyport({ issuer, audience, dpop: { nonces: dpopNonces({ secret }) }, replays });
 *
 * @throws {TypeError} at mount, for an unknown option, a short secret, or a lifetime that is not above 0.
 */
export function dpopNonces(options: DpopNoncesOptions): DpopNonces {
  refuseUnknown('dpopNonces', options, ['secret', 'lifetimeSeconds', 'now']);
  const { lifetimeSeconds = 300, now = Date.now } = options;
  const secret: unknown = options.secret;
  if (!((typeof secret === 'string' || secret instanceof Uint8Array) && secret.length >= 32))
    throw new TypeError('dpopNonces: "secret" must have at least 32 characters or bytes');
  const key = Buffer.from(secret as string);
  if (!(Number.isFinite(lifetimeSeconds) && lifetimeSeconds > 0))
    throw new TypeError('dpopNonces: "lifetimeSeconds" must be more than 0');

  function sealed(time: Buffer): Buffer {
    const mac = createHmac('sha256', key).update('sallyport dpop nonce').update(time).digest();
    return Buffer.concat([time, mac.subarray(0, MAC_BYTES)]);
  }

  return {
    lifetimeSeconds,
    issue() {
      const time = Buffer.alloc(TIME_BYTES);
      time.writeUIntBE(now(), 0, TIME_BYTES);
      return sealed(time).toString('base64url');
    },
    accepts(nonce) {
      if (!NONCE.test(nonce)) return false;
      const given = Buffer.from(nonce, 'base64url');
      const time = given.subarray(0, TIME_BYTES);
      if (!timingSafeEqual(sealed(time), given)) return false;
      const ageMs = now() - time.readUIntBE(0, TIME_BYTES);
      // The absolute value: the clock of the instance that issued the nonce may be ahead of this one.
      return Math.abs(ageMs) <= lifetimeSeconds * 1000;
    },
  };
}
