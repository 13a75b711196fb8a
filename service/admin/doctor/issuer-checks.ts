import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Config, IssuerConfig } from '../../config';
import { broken, notJudged, passed, type Check } from './check';
import { proxyFor } from './key-proxy';
import { proxiedChecks } from './proxied-checks';

const TIMEOUT_MS = 30_000;

/**
 * Runs the package's `sallyport doctor`: whether the issuer's keys can be read and fit, and whether the clocks agree.
 * With a proxy: see `proxiedChecks`.
 */
export async function issuerChecks(issuer: IssuerConfig, config: Config): Promise<Check[]> {
  const name = `issuer ${issuer.issuer}`;
  if (issuer.publicKey !== undefined)
    return [passed(name, 'Its key is AUTH_PUBLIC_KEY, and no network is used')];
  const proxy = proxyFor(issuer.jwksUri ?? issuer.issuer, config.proxies);
  if (proxy) return proxiedChecks(issuer, proxy, config);
  const flags = [
    ...(issuer.jwksUri === undefined ? ['--issuer', issuer.issuer] : ['--jwks-uri', issuer.jwksUri]),
    ...issuer.algorithms.flatMap((algorithm) => ['--algorithm', algorithm]),
    ...config.allowHttp.flatMap((host) => ['--allow-http', host]),
    ...['--clock-tolerance', String(config.clockToleranceSeconds), '--json'],
  ];
  const printed = await printedBy(['doctor', ...flags]);
  const { checks } = JSON.parse(printed) as {
    readonly checks: readonly (Check & { readonly mend?: string })[];
  };
  return checks.map(({ check, outcome, says, mend }) => {
    if (outcome === 'broken') return broken(`${name}: ${check}`, says, mend);
    return (outcome === 'passed' ? passed : notJudged)(`${name}: ${check}`, says);
  });
}

/** Runs the command line of the package, which is found as npm finds it: by its package.json. */
function printedBy(args: readonly string[]): Promise<string> {
  const manifest = require.resolve('sallyport/package.json');
  const { bin } = JSON.parse(readFileSync(manifest, 'utf8')) as { readonly bin: string };
  return new Promise((resolve, reject) => {
    const command = [join(dirname(manifest), bin), ...args];
    const child = execFile(process.execPath, command, { timeout: TIMEOUT_MS }, (error, stdout) => {
      // It exits with 1 if a check failed, and has printed the checks.
      if (stdout === '') reject(error ?? new Error('sallyport doctor printed nothing'));
      else resolve(stdout);
    });
    child.stdin?.end();
  });
}
