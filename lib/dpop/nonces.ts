import { createHmac, timingSafeEqual } from 'node:crypto';
import { refuseUnknown } from '../options';

/** Where the nonces of proofs come from (RFC 9449 section 9). */
export interface DpopNonces {
  /** Seconds for which a nonce is accepted; the proofs that carry it are remembered for longer. */
  readonly lifetimeSeconds: number;
  /** A nonce for the next proof: characters that a header can hold, without quotes. */
  readonly issue: () => string;
  /** Whether it is one of ours, and not too old. */
  readonly accepts: (nonce: string) => boolean;
}

export interface DpopNoncesOptions {
  /** At least 32 characters or bytes of chance, the same for all instances. */
  readonly secret: string | Uint8Array;
  /** Seconds. Default 300. */
  readonly lifetimeSeconds?: number;
  /** Milliseconds since the epoch. Default `Date.now`. */
  readonly now?: () => number;
}

const TIME_BYTES = 6;
const MAC_BYTES = 16;
/** Of the 22 bytes, whose last character leaves four bits over. */
const NONCE = /^[A-Za-z0-9_-]{29}[AQgw]$/;

/**
 * Nonces that say when they were made, under a secret: nothing is stored, and every instance that has the secret accepts
 * them. With nonces the age of a proof is reckoned by this server's clock and not by the client's, and no proof can be made
 * long before it is used.
 *
 * @example
 * sallyport({ issuer, audience, dpop: { nonces: dpopNonces({ secret }) }, replays });
 *
 * @throws {TypeError} at mount, for a short secret.
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
      // One of another instance, whose clock may be ahead, is not older for that.
      return Math.abs(ageMs) <= lifetimeSeconds * 1000;
    },
  };
}
