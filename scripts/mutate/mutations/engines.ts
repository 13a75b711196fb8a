import type { Mutation } from '../mutation';

const access = ['test/lib/tokens/differential.test.ts', 'test/unit/token-verification.test.ts'];
const header = 'lib/tokens/header.ts';
const strict = 'lib/tokens/strict-jws.ts';

/** Parse, header and signature. */
export const engines: readonly Mutation[] = [
  {
    breaks: 'HS256 can be allowed',
    file: 'lib/keys/algorithms.ts',
    search: "  RS256: { kty: 'RSA' },",
    replace: "  HS256: { kty: 'RSA' },\n  RS256: { kty: 'RSA' },",
    tests: ['test/lib/misuse.test.ts', 'test/lib/tokens/algorithms.test.ts'],
  },
  {
    breaks: 'Every algorithm that is known is allowed',
    file: header,
    search: 'if (!isAlgorithm(alg) || !allowed.has(alg))',
    replace: 'if (!isAlgorithm(alg))',
    tests: access,
  },
  {
    breaks: 'A key is used with an algorithm that is not its own',
    file: 'lib/tokens/usable-key.ts',
    search: 'if (!keyFits(key.jwk, alg))',
    replace: 'if (key.jwk.kty === undefined)',
    tests: ['test/lib/tokens/algorithms.test.ts'],
  },
  {
    breaks: 'A token need not name its key',
    file: header,
    search: "if (typeof kid !== 'string' || kid === '')",
    replace: 'if (Array.isArray(kid))',
    tests: access,
  },
  {
    breaks: 'typ is not asked',
    file: header,
    search: 'if (typ !== undefined && typeOf(header) === undefined)',
    replace: 'if (Array.isArray(typ))',
    tests: access,
  },
  {
    breaks: 'crit is ignored',
    file: header,
    search: "['crit', 'b64', 'enc']",
    replace: "['b64', 'enc']",
    tests: access,
  },
  {
    breaks: 'The signature is not asked',
    file: 'lib/tokens/jwt-verifier.ts',
    search: 'if (!isSigned)',
    replace: 'if (isSigned === undefined)',
    tests: access,
  },
  {
    breaks: 'The default engine takes a refusal for a yes',
    file: 'lib/tokens/express-oauth2-jwt-bearer-engine.ts',
    search: 'error.status === 401) resolve(false)',
    replace: 'error.status === 401) resolve(true)',
    tests: access,
  },
  {
    breaks: 'nodeCrypto takes every signature that it can read',
    file: 'lib/tokens/node-crypto-engine.ts',
    search: 'resolve(!error && verified);',
    replace: 'resolve(!error);',
    tests: access,
  },
  {
    breaks: 'The default engine takes every token of Ed25519',
    file: 'lib/tokens/express-oauth2-jwt-bearer-engine.ts',
    search: 'return ed25519.verify(jws, key, alg);',
    replace: 'return ed25519.name.length > 0;',
    tests: ['test/lib/tokens/algorithms.test.ts'],
  },
  {
    breaks: 'A key for EdDSA serves tokens of Ed25519',
    file: 'lib/keys/algorithms.ts',
    search: '(jwk.alg === undefined || jwk.alg === alg)',
    replace: "(jwk.alg === undefined || jwk.alg === alg || jwk.kty === 'OKP')",
    tests: ['test/lib/tokens/algorithms.test.ts'],
  },
  {
    breaks: 'A length that the host gives for its tokens is not asked',
    file: 'lib/tokens/jwt-verifier.ts',
    search: 'parseStrictJws(token, maxTokenLength)',
    replace: 'parseStrictJws(token)',
    tests: ['test/lib/tokens/token-length.test.ts'],
  },
  {
    breaks: "The service refuses a long token before it is read, for its headers' length",
    file: 'service/http/server.ts',
    search: 'const MAX_HEADER_BYTES = Math.max(32_768, maxHeaderSize);',
    replace: 'const MAX_HEADER_BYTES = maxHeaderSize;',
    tests: ['test/service/http/protocol.test.ts'],
  },
  {
    breaks: 'nodeCrypto takes every signature that it can read on the thread pool',
    file: 'lib/tokens/node-crypto-engine.ts',
    search: 'resolve(!error && verified)',
    replace: 'resolve(!error)',
    tests: ['test/lib/tokens/algorithms.test.ts'],
  },
  {
    breaks: 'A token has more than one spelling',
    file: strict,
    search: 'if (![header, payload, signature].every(isCanonical))',
    replace: 'if (![header, payload].every(isCanonical))',
    tests: access,
  },
  {
    breaks: 'A token may be of any length',
    file: strict,
    search: 'if (token.length > maxLength)',
    replace: 'if (token.length > 10_000_000)',
    tests: access,
  },
  {
    breaks: 'Of several issuers each takes tokens as long as the longest of all',
    file: 'lib/tokens/jwt-verifier.ts',
    search: '      checkLength(jws.token, maxTokenLength);\n',
    replace: '',
    tests: ['test/lib/tokens/token-length.test.ts'],
  },
  {
    breaks: 'A payload that is not UTF-8 passes',
    file: strict,
    search: "new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })",
    replace: "new TextDecoder('utf-8', { ignoreBOM: true })",
    tests: access,
  },
  {
    breaks: 'A payload may be a list',
    file: strict,
    search: ' || Array.isArray(value)',
    replace: '',
    tests: access,
  },
  {
    breaks: 'The default engine judges times which nodeCrypto leaves to the claims',
    file: 'lib/tokens/express-oauth2-jwt-bearer-engine.ts',
    search: 'clockTolerance: Infinity,',
    replace: 'clockTolerance: 5,',
    tests: access,
  },
];
