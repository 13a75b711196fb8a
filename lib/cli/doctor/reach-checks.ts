import type { KeyLocation } from '../../keys/key-set-reader';
import { failureWords, type ReadStage } from '../words/failure-words';
import { broken, notJudged, passed, type Check } from './check';
import type { Reading } from './read-issuer';

const STAGES: readonly { readonly stage: ReadStage; readonly says: string }[] = [
  { stage: 'dns', says: 'The host name of the issuer resolves' },
  { stage: 'connection', says: 'It takes connections' },
  { stage: 'tls', says: 'Its certificate is signed by an authority that Node trusts' },
  { stage: 'http', says: 'It answers 200, with JSON' },
  { stage: 'discovery', says: 'Its discovery document names the issuer as it is configured' },
];

/** The steps of reading the issuer: those before the failed one have passed, those after it are not judged. */
export function reachChecks({ failure }: Reading, { issuer, jwksUri }: KeyLocation): Check[] {
  const failed = failure && failureWords(failure);
  const isTls = (issuer ?? jwksUri).startsWith('https:');
  const failedAt = STAGES.findIndex(({ stage }) => stage === failed?.stage);
  return STAGES.flatMap(({ stage, says }, index) => {
    if (stage === 'discovery' && issuer === undefined) return [];
    if (stage === 'tls' && !isTls) return [];
    if (failed && index === failedAt) return [broken(stage, failed)];
    if (failed && failedAt !== -1 && index > failedAt) return [notJudged(stage, says)];
    return [passed(stage, says)];
  });
}
