import type { VerificationKey } from '../keys/key-source';
import type { Algorithm } from '../keys/algorithms';
import type { StrictJws } from './strict-jws';

/**
 * The cryptography. Told a strictly parsed token and the one key it may be verified with, says whether the signature is
 * that key's. Everything that claims mean is judged before and after, in one place, whichever engine is used.
 */
export interface Engine {
  readonly name: string;
  /** At once where it verifies on the event loop. */
  verify(jws: StrictJws, key: VerificationKey, alg: Algorithm): boolean | Promise<boolean>;
}
