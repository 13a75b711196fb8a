import { KeysUnavailableError, remoteKeys, type SallyportEvent } from 'sallyport';
import type { Config, IssuerConfig } from '../../config';
import { keyFetch } from '../../key-fetch';
import { askProxy } from './ask-proxy';
import { broken, notJudged, passed, type Check } from './check';
import { portOf } from './key-proxy';

/** Checks whether the proxy allows requests to the issuer, and through it the keys and the clock. */
export async function proxiedChecks(issuer: IssuerConfig, proxy: URL, config: Config): Promise<Check[]> {
  const name = `issuer ${issuer.issuer}`;
  const target = new URL(issuer.jwksUri ?? issuer.issuer);
  const tunnel = await tunnelCheck(`${name}: proxy`, proxy, target);
  if (tunnel.outcome === 'broken') {
    const says = 'Its keys can be read, and the clocks agree';
    return [tunnel, notJudged(`${name}: keys`, says)];
  }
  return [tunnel, ...(await keyChecks(name, issuer, config))];
}

async function tunnelCheck(name: string, proxy: URL, target: URL): Promise<Check> {
  const place = `${target.hostname}:${portOf(target)}`;
  const answer = await askProxy(proxy, place);
  // Only host and port of the proxy's URL are shown, since it may contain a password.
  const mendName = target.protocol === 'https:' ? 'HTTPS_PROXY' : 'HTTP_PROXY';
  if (typeof answer === 'string') {
    return broken(
      name,
      `The proxy ${proxy.host} cannot be reached (${answer})`,
      `correct ${mendName}, or NO_PROXY`,
    );
  }
  if (answer === 200) return passed(name, `The proxy ${proxy.host} allows connections to ${place}`);
  const mend =
    answer === 407
      ? `put user and password into ${mendName}: http://user:password@${proxy.host}`
      : 'have the proxy allow it, or name the issuer in NO_PROXY';
  return broken(name, `The proxy ${proxy.host} answers ${String(answer)} to CONNECT ${place}`, mend);
}

async function keyChecks(name: string, issuer: IssuerConfig, config: Config): Promise<Check[]> {
  const fetched = keyFetch(config.proxies) ?? fetch;
  let failed: Extract<SallyportEvent, { type: 'keys_failed' }> | undefined;
  let apart: number | undefined;
  const keys = remoteKeys({
    ...(issuer.jwksUri === undefined ? { issuer: issuer.issuer } : { jwksUri: issuer.jwksUri }),
    allowHttp: config.allowHttp,
    fetch: async (url, init) => {
      const response = await fetched(url, init);
      const sent = Date.parse(response.headers.get('date') ?? '');
      // The Date header has whole seconds only; its actual time is half a second later on average.
      apart = Number.isNaN(sent) ? apart : Math.round((Date.now() - sent - 500) / 1000);
      return response;
    },
    onEvent: (event) => {
      if (event.type === 'keys_failed') failed = event;
    },
  });
  try {
    await keys.prewarm();
    return [
      passed(`${name}: keys`, 'Its keys can be read through the proxy'),
      clockCheck(name, apart, config),
    ];
  } catch (error) {
    if (!(error instanceof KeysUnavailableError)) throw error;
    const { failure = 'error', address, status, systemCode } = failed ?? {};
    const details = [failure, address, status, systemCode].filter((detail) => detail !== undefined);
    return [
      broken(`${name}: keys`, `Its keys cannot be read through the proxy (${details.join(', ')})`),
      notJudged(`${name}: clock`, 'The clocks of the issuer and this machine agree'),
    ];
  } finally {
    keys.close();
  }
}

function clockCheck(name: string, apart: number | undefined, config: Config): Check {
  const check = `${name}: clock`;
  const says = 'The clocks of the issuer and this machine agree';
  if (apart === undefined) return notJudged(check, says);
  if (Math.abs(apart) <= config.clockToleranceSeconds) return passed(check, says);
  const side = apart > 0 ? 'ahead of' : 'behind';
  return broken(
    check,
    `The clock of this machine is ${String(Math.abs(apart))} s ${side} the issuer's`,
    'set the clock of whichever is wrong; NTP keeps it right',
  );
}
