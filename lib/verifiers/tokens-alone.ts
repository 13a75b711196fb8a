import type { Credential, Verifier } from '../auth';
import { InternalError } from '../errors';
import { asVerifier, judgeOf } from '../judge';

/** `byKind` where there is nothing to judge API keys by: one that an extractor finds all the same is a bug. */
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
