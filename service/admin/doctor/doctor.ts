import { ConfigError, loadConfig, type Config } from '../../config';
import type { Result } from '../command';
import { shown } from '../shown';
import { broken, passed, type Check } from './check';
import { issuerChecks } from './issuer-checks';
import { storeChecks } from './store-checks';
import { tlsChecks } from './tls-checks';

/** Checks configuration, certificate, issuers and store as a start of the service would use them. */
export async function examine(env: NodeJS.ProcessEnv): Promise<Result> {
  let config: Config;
  try {
    config = loadConfig(env);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return resultOf(
      error.problems.map(({ variable, message }) =>
        broken('configuration', `${variable} ${message}`, 'correct it in the environment or in .env'),
      ),
    );
  }
  const issuers = await Promise.all(config.issuers.map((issuer) => issuerChecks(issuer, config)));
  return resultOf([
    passed('configuration', 'Every variable can be read'),
    ...tlsChecks(config),
    ...issuers.flat(),
    ...(await storeChecks(config)),
  ]);
}

const WORDS = { passed: 'passed    ', broken: 'BROKEN    ', not_judged: 'not judged' } as const;

function resultOf(checks: readonly Check[]): Result {
  const wrong = checks.filter(({ outcome }) => outcome === 'broken').length;
  const width = Math.max(...checks.map(({ check }) => check.length));
  const lines = checks.map(({ check, outcome, says, mend }) => {
    const sentence = mend === undefined ? says : `${says}: ${mend}`;
    return `${WORDS[outcome]}  ${check.padEnd(width)}  ${shown(sentence.replace(/\.$/, ''))}.`;
  });
  const sum =
    wrong === 0 ? 'Nothing wrong was found.' : `${String(wrong)} of ${String(checks.length)} checks failed.`;
  return { ok: wrong === 0, json: { checks }, lines: [...lines, '', sum] };
}
