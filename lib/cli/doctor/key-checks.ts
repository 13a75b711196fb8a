import type { Algorithm } from '../../keys/algorithms';
import { failureWords } from '../words/failure-words';
import { broken, notJudged, passed, type Check } from './check';
import type { Reading } from './read-issuer';

/** Lists the keys of the set, and checks that one of them fits an allowed algorithm. */
export function keyChecks(reading: Reading, allowed: readonly Algorithm[]): Check[] {
  const { failure, usable, unusable } = reading;
  const list = [
    ...usable.map(({ kid, algorithms }) => `${kid}: ${algorithms.join(', ')}`),
    ...unusable.map(({ kid, why }) => `${kid ?? '(no kid)'}: cannot verify, ${why}`),
  ];
  if (failure) {
    const failed = failureWords(failure);
    const isOfKeys = failed.stage === 'keys';
    return [
      isOfKeys
        ? { ...broken('keys', failed), list }
        : notJudged('keys', 'The JWK Set has keys that can verify'),
    ];
  }
  const served = [...new Set(usable.flatMap(({ algorithms }) => algorithms))];
  const kids = `${String(usable.length)} kid${usable.length === 1 ? '' : 's'}`;
  return [
    { ...passed('keys', `The JWK Set has keys that can verify, under ${kids}`), list },
    algorithmCheck(served, allowed),
  ];
}

function algorithmCheck(served: readonly Algorithm[], allowed: readonly Algorithm[]): Check {
  const fitting = served.filter((algorithm) => allowed.includes(algorithm));
  if (fitting.length > 0) return passed('algorithm', `Its keys fit ${fitting.join(', ')}, which you allow`);
  const names = allowed.join(', ');
  return broken('algorithm', {
    says: `You allow ${names}, and no key of the set fits`,
    mend: `allow what the issuer signs with, one of ${served.join(', ')} (--algorithm, algorithms, AUTH_ALGORITHMS)`,
  });
}
