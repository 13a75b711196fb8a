import { duration } from '../words/times';
import { notJudged, passed, type Check } from './check';
import type { Exchange } from './read-issuer';

/** Compares the issuer's Date header (RFC 9110 section 6.6.1) with the clock of this machine. */
export function clockCheck(exchanges: readonly Exchange[], tolerance: number): Check {
  const apart = exchanges.map(secondsApart).filter((seconds) => seconds !== undefined);
  const least = apart.toSorted((a, b) => Math.abs(a) - Math.abs(b))[0];
  if (least === undefined) return notJudged('clock', 'The clocks of the issuer and this machine agree');
  if (Math.abs(least) <= tolerance) return passed('clock', 'The clocks of the issuer and this machine agree');
  const [side, effect] =
    least > 0
      ? ['behind', 'new tokens look as if they were issued in the future']
      : ['ahead of', 'tokens look expired too early'];
  return {
    check: 'clock',
    outcome: 'broken',
    says: `The clock of this machine is ${duration(least)} ${side} the issuer's, so ${effect}`,
    mend: 'set the clock of whichever is wrong; NTP keeps it right',
  };
}

/**
 * Seconds by which the issuer's clock is ahead (negative: behind); 0 if the header, in whole seconds, shows no
 * difference.
 */
function secondsApart({ date, age, asked, answered }: Exchange): number | undefined {
  const sent = Date.parse(date ?? '');
  if (Number.isNaN(sent)) return undefined;
  const since = sent + (Number(age ?? 0) || 0) * 1000;
  if (since > answered) return (since - answered) / 1000;
  if (since + 1000 < asked) return (since + 1000 - asked) / 1000;
  return 0;
}
