import { generateSigningKey, signToken, type SigningAlgorithm } from 'sallyport/testing';

export const ISSUER = 'https://issuer.test';
export const AUDIENCE = 'test-audience';
export const ALGORITHMS = ['RS256', 'PS256', 'ES256', 'EdDSA'] as const satisfies readonly SigningAlgorithm[];

export type Name = (typeof ALGORITHMS)[number];

const pairs = ALGORITHMS.map((algorithm) => ({
  algorithm,
  kid: `key-${algorithm}`,
  ...generateSigningKey(algorithm),
}));

/** One key for each algorithm, its kid `key-` and the algorithm. */
export const jwks = {
  keys: pairs.map(({ kid, algorithm, publicKey }) => ({
    kid,
    use: 'sig',
    alg: algorithm,
    ...publicKey.export({ format: 'jwk' }),
  })),
};

/** Signs these very texts with the key of that algorithm, whatever the header says. */
export function signTexts(algorithm: Name, header: string, payload: string): string {
  const pair = pairs.find((candidate) => candidate.algorithm === algorithm);
  if (!pair) throw new TypeError(algorithm);
  return signToken(header, payload, pair.privateKey, algorithm);
}
