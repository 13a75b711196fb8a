import type { Credential, Verifier } from '../auth';
import { InternalError } from '../errors';
import { asVerifier, judgeOf } from '../judge';

/** `byKind` without API keys. If an extractor finds one all the same, the configuration is wrong: 500. */
export function tokensAlone(verifier: Verifier): Verifier<Credential> {
  const judge = judgeOf(verifier);
  return asVerifier(({ kind, credential }, signal) => {
    if (kind !== 'token') throw unjudged(kind);
    return judge(credential, signal);
  });
}

function unjudged(kind: string): InternalError {
  return new InternalError({
    cause: new Error(`"credentials" found one of kind "${kind}", and there are no "apiKeys" to judge it by`),
  });
}
