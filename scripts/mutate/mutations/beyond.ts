import type { Mutation } from '../mutation';

const proofs = 'lib/dpop/proofs.ts';
const claims = 'lib/dpop/proof-claims.ts';
const attacks = ['test/lib/dpop/attacks.test.ts'];
const abuse = ['test/lib/dpop/abuse.test.ts'];
const asked = ['test/lib/introspection/'];
const mcp = ['test/lib/mcp/attacks.test.ts', 'test/lib/mcp/parts.test.ts'];
const rotation = ['test/lib/api-keys/rotation.test.ts'];

/** What is proven beside the token, asked of others, or served to the clients of MCP; and what keys have besides. */
export const beyond: readonly Mutation[] = [
  {
    breaks: 'A DPoP proof of another key is good for a stolen token',
    file: proofs,
    search: 'if (thumbprint !== jkt)',
    replace: "if (thumbprint === '')",
    tests: attacks,
  },
  {
    breaks: 'A DPoP proof counts as often as it is sent',
    file: proofs,
    search: "if (claim !== 'claimed')",
    replace: "if (claim === 'done')",
    tests: attacks,
  },
  {
    breaks: 'The signature of a DPoP proof is not asked',
    file: proofs,
    search: 'if (!(await engine.verify(jws, key, alg)))',
    replace: 'if ((await engine.verify(jws, key, alg)) === undefined)',
    tests: attacks,
  },
  {
    breaks: 'A DPoP proof of another URI is good',
    file: claims,
    search: 'if (target === undefined || !targets.includes(target))',
    replace: 'if (target === undefined && targets.length === 0)',
    tests: attacks,
  },
  {
    breaks: 'A DPoP proof of another token is good',
    file: claims,
    search: "if (ath !== hash('sha256', token, 'base64url'))",
    replace: "if (ath === '')",
    tests: attacks,
  },
  {
    breaks: 'A bound token comes as a plain bearer token',
    file: 'lib/dpop/possession.ts',
    search: '      if (jkt !== undefined) throw notProven();\n',
    replace: '',
    tests: ['test/lib/dpop/'],
  },
  {
    breaks: 'One caller fills the store of proofs',
    file: 'lib/middleware/prover.ts',
    search: '    if (refusal) throw refusal;',
    replace: '    void refusal;',
    tests: abuse,
  },
  {
    breaks: 'A dropped scheme makes a guest',
    file: 'lib/middleware/optional.ts',
    search: 'isDropped ? [...credentials, bearer()] : credentials',
    replace: 'isDropped ? credentials : [...credentials, bearer()]',
    tests: abuse,
  },
  {
    breaks: 'A token that is not active passes',
    file: 'lib/introspection/introspection.ts',
    search: "if (answer['active'] !== true)",
    replace: "if (answer['active'] === undefined)",
    tests: asked,
  },
  {
    breaks: 'An introspected token for another audience passes',
    file: 'lib/introspection/introspection.ts',
    search: '    checkAudience(jws, rules) ??\n',
    replace: '',
    tests: asked,
  },
  {
    breaks: 'A refresh token passes for an access token',
    file: 'lib/introspection/introspection.ts',
    search: '    checkUse(payload);',
    replace: '    undefined;\n  void checkUse;',
    tests: asked,
  },
  {
    breaks: 'An introspected token outlives its revocation',
    file: 'lib/introspection/introspection.ts',
    search: "if (!untimed && answer['exp'] === undefined",
    replace: "if (!untimed && answer['exp'] === null",
    tests: asked,
  },
  {
    breaks: 'Questions that a stranger spoils count against nobody',
    file: 'lib/introspection/introspection.ts',
    search: "cause.reason === 'refused' && msSinceAnswer",
    replace: "cause.reason === 'limited' && msSinceAnswer",
    tests: asked,
  },
  {
    breaks: 'An MCP session is for whoever knows its id',
    file: 'lib/mcp/sessions.ts',
    search: 'if (session?.owner !== owner || ',
    replace: 'if (!session || owner === undefined || ',
    tests: mcp,
  },
  {
    breaks: 'A tool that is not listed may be called',
    file: 'lib/mcp/require-tool-scope.ts',
    search: '  if (!needed) throw new InsufficientScopeError([]);',
    replace: '  if (!needed) return;',
    tests: mcp,
  },
  {
    breaks: 'The scopes of the first call of a batch do for all',
    file: 'lib/mcp/require-tool-scope.ts',
    search: 'for (const message of messagesOf(request)) {',
    replace: 'for (const message of messagesOf(request).slice(0, 1)) {',
    tests: mcp,
  },
  {
    breaks: 'A token for another MCP server passes requireBearerAuth',
    file: 'lib/mcp/bearer-auth.ts',
    search: '        checkAudience(auth, resource);\n',
    replace: '        void checkAudience;\n',
    tests: mcp,
  },
  {
    breaks: 'The stream of a revoked token stays open',
    file: 'lib/mcp/end-streams.ts',
    search: 'verify(request).catch(end);',
    replace: 'verify(request).catch(() => undefined);',
    tests: mcp,
  },
  {
    breaks: 'A revoked caller is not judged while its address is over the limit',
    file: 'lib/middleware/authenticate.ts',
    search: 'acceptedBefore(authenticateRequest, find, request, passage) ? undefined : passage.limits',
    replace: 'passage.limits',
    tests: ['test/lib/middleware/verify.test.ts'],
  },
  {
    breaks: 'Tools are handed the token',
    file: 'lib/mcp/auth-info.ts',
    search: "    token: '',",
    replace: '    token: JSON.stringify(payload),',
    tests: mcp,
  },
  {
    breaks: 'A challenge does not name the metadata of the resource',
    file: 'lib/middleware/protected-resource.ts',
    search: 'passageOf(request).resourceMetadata = metadataUrl;',
    replace: 'void passageOf(request);',
    tests: mcp,
  },
  {
    breaks: 'A key is good from any address',
    file: 'lib/limits/key-addresses.ts',
    search: 'if (!isListed(knownAddress(request)))',
    replace: 'if (!isListed(knownAddress(request)) && addresses.length === 0)',
    tests: rotation,
  },
  {
    breaks: 'A key acts for an organization that its maker is not of',
    file: 'lib/api-keys/api-keys.ts',
    search: '!organizations.includes(organization)',
    replace: "organization === ''",
    tests: rotation,
  },
  {
    breaks: 'A thief rotates with an old token, and keeps the new key past a late revocation',
    file: 'lib/api-keys/rotation.ts',
    search: 'Math.min(old.grantedAt ?? createdAt, callers)',
    replace: 'old.grantedAt ?? Math.min(createdAt, callers)',
    tests: rotation,
  },
  {
    breaks: 'A rotation whose answer was lost spends the key',
    file: 'lib/api-keys/rotation.ts',
    search: 'if (old?.replacedBy === newId) return true;',
    replace: '',
    tests: rotation,
  },
  {
    breaks: 'A key is good from everywhere although its addresses look like one host',
    file: 'lib/addresses/address-range.ts',
    search: '(?:0|[1-9]\\d{0,2})',
    replace: '\\d{1,3}',
    tests: rotation,
  },
  {
    breaks: 'A rotated key is good for ever',
    file: 'lib/api-keys/memory-api-keys.ts',
    search: 'Math.min(record.expiresAt ?? Infinity, until)',
    replace: 'record.expiresAt',
    tests: rotation,
  },
];
