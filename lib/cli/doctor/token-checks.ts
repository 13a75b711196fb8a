import type { Judgement } from '../inspect/judge-token';
import { remedyOf } from '../inspect/remedy-of';
import type { GivenOptions } from '../given-options';
import { broken, notJudged, passed, type Check } from './check';

/** One check for each broken rule; one for the whole token if no rule is broken. */
export function tokenChecks(
  { findings, payload, header }: Judgement,
  given: GivenOptions,
  now: number,
): Check[] {
  const wrong = findings.filter(({ outcome }) => outcome === 'broken');
  const about = { payload: payload ?? {}, alg: header?.alg, given, now };
  if (wrong.length > 0)
    return wrong.map((finding) => broken(`token ${finding.rule}`, remedyOf(finding, about)));
  const signature = findings.find(({ rule }) => rule === 'signature');
  return signature?.outcome === 'passed'
    ? [passed('token', 'The token passes all rules of these options')]
    : [notJudged('token', "The token's signature could not be judged, and no other rule is broken")];
}
