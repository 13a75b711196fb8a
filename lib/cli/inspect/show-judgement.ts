import { KeyFetchFailure } from '../../keys/key-fetch-failure';
import type { GivenOptions } from '../given-options';
import { failureWords } from '../words/failure-words';
import { outcomeWord } from '../words/outcome';
import type { Paint } from '../words/paint';
import { sentence } from '../words/remedy';
import { cut, safeJson, safeText, shallow } from '../words/safe-text';
import { isoTime, readableTime } from '../words/times';
import type { Finding } from './finding';
import type { Judgement } from './judge-token';
import { remedyOf, type About } from './remedy-of';

/** Claims that are a NumericDate (RFC 7519 section 4.1, OpenID Connect Core section 2). */
const TIMES = ['exp', 'nbf', 'iat', 'auth_time'];
const MAX_VALUE = 200;

/** Output for people. Contains neither the signature nor the token. */
export function shown(judgement: Judgement, given: GivenOptions, paint: Paint, now: number): string {
  const { header, payload, findings, keysFailure } = judgement;
  const about = { payload: payload ?? {}, alg: header?.alg, given, now };
  const failure = keysFailure instanceof KeyFetchFailure ? [sentence(failureWords(keysFailure)), ''] : [];
  return [
    ...section('Header', header, paint, now),
    ...section('Claims', payload, paint, now),
    paint('bold', 'Rules'),
    ...findings.map((finding) => ruleLine(finding, about, paint)),
    '',
    ...failure,
    summary(judgement, paint),
    '',
  ].join('\n');
}

/** Output for programs. */
export function asJson({ header, payload, findings, accepted }: Judgement): object {
  const times = TIMES.flatMap((name) => {
    const seconds = payload?.[name];
    const date = typeof seconds === 'number' ? isoTime(seconds) : undefined;
    return date === undefined ? [] : [[name, date]];
  });
  return {
    accepted: accepted ?? null,
    header: shallow(header ?? null),
    claims: shallow(payload ?? null),
    times: Object.fromEntries(times) as object,
    rules: findings,
  };
}

function ruleLine(finding: Finding, about: About, paint: Paint): string {
  const { rule, outcome, says, why = '' } = finding;
  const words = {
    passed: () => says,
    broken: () => sentence(remedyOf(finding, about)),
    not_judged: () => `${says} (${why})`,
  };
  return `  ${outcomeWord(outcome, paint)}  ${rule.padEnd(9)}  ${safeText(words[outcome]())}`;
}

function section(title: string, object: object | undefined, paint: Paint, now: number): string[] {
  if (!object) return [];
  const entries = Object.entries(object) as [string, unknown][];
  const width = Math.min(24, Math.max(...entries.map(([name]) => name.length), 0));
  const lines = entries.map(([name, value]) => {
    const time = TIMES.includes(name) ? readableTime(value, now) : undefined;
    const text = cut(safeJson(value), MAX_VALUE);
    return `  ${safeText(cut(name, MAX_VALUE)).padEnd(width)}  ${text}${time === undefined ? '' : paint('dim', `  ${time}`)}`;
  });
  return [paint('bold', title), ...lines, ''];
}

function summary({ findings, accepted }: Judgement, paint: Paint): string {
  if (accepted === true) return paint('green', 'sallyport accepts this token under these options.');
  const broken = findings.filter(({ outcome }) => outcome === 'broken').length;
  if (broken > 0) {
    return paint(
      'red',
      `sallyport refuses this token: ${String(broken)} ${broken === 1 ? 'rule is' : 'rules are'} broken.`,
    );
  }
  return 'No rule is broken, but not all were judged. Do not trust these claims until the signature is verified.';
}
