import type { JwtVerifierOptions } from '../tokens/jwt-verifier-options';

/** As `jwtVerifier` takes them, as far as they were given; without keys. */
export type GivenOptions = Partial<Omit<JwtVerifierOptions, 'keys' | 'engine' | 'onEvent' | 'now'>>;
