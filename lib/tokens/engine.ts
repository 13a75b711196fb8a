import type { VerificationKey } from '../keys/key-source';
import type { Algorithm } from '../keys/algorithms';
import type { StrictJws } from './strict-jws';

/**
 * Verifies signatures. Gets a strictly parsed token and the one key that it may be verified with, and returns whether
 * the signature is valid. Claims are checked before and after, by the same code for every engine.
 */
export interface Engine {
  readonly name: string;
  /** A boolean where it verifies on the event loop, else a promise. An error means that the engine failed (500). */
  verify(jws: StrictJws, key: VerificationKey, alg: Algorithm): boolean | Promise<boolean>;
}
