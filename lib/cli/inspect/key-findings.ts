import type { Verdict } from './ask-verifier';
import type { Finding } from './finding';

const KEY = { rule: 'key', says: 'names a key that the issuer has, and that fits its algorithm' };
const SIGNATURE = { rule: 'signature', says: 'is signed with that key' };

/** `isReached`: no earlier rule is broken, so the verifier looked for the key. */
export function keyFindings(
  { refusal, isSigned, keysFailure }: Verdict,
  { hasKeys, isReached }: { readonly hasKeys: boolean; readonly isReached: boolean },
): Finding[] {
  if (isSigned !== undefined) {
    const signature: Finding = isSigned
      ? { ...SIGNATURE, outcome: 'passed' }
      : { ...SIGNATURE, outcome: 'broken', why: 'The signature does not verify.' };
    return [{ ...KEY, outcome: 'passed' }, signature];
  }
  if (!isReached) return neither('checked only if all rules above pass');
  if (!hasKeys) return neither('give --issuer, --jwks-uri or --public-key');
  if (keysFailure !== undefined) return neither('the keys cannot be fetched');
  return [
    { ...KEY, outcome: 'broken', ...(refusal && { why: refusal.detail }) },
    { ...SIGNATURE, outcome: 'not_judged', why: 'there is no key' },
  ];
}

function neither(why: string): Finding[] {
  return [KEY, SIGNATURE].map((rule) => ({ ...rule, outcome: 'not_judged', why }));
}
