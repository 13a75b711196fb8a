import type { JwtVerifierOptions } from '../tokens/jwt-verifier-options';

/** Options of `jwtVerifier` that were given on the command line, without keys. */
export type GivenOptions = Partial<Omit<JwtVerifierOptions, 'keys' | 'engine' | 'onEvent' | 'now'>>;
