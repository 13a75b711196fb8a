import { X509Certificate } from 'node:crypto';
import type { Config } from '../../config';
import { broken, passed, type Check } from './check';

const DAY_MS = 86_400_000;
const SOON_DAYS = 14;

/** Checks whether the certificate of the service is valid, and not about to expire. */
export function tlsChecks({ tls }: Pick<Config, 'tls'>, now = Date.now()): Check[] {
  if (!tls) return [];
  const { validFrom, validTo } = new X509Certificate(tls.cert);
  const days = Math.floor((Date.parse(validTo) - now) / DAY_MS);
  if (Date.parse(validFrom) > now) {
    return [
      broken('certificate', `TLS_CERT_FILE is valid from ${validFrom} only`, 'set the clock of this machine'),
    ];
  }
  if (days < 0)
    return [broken('certificate', `TLS_CERT_FILE has expired at ${validTo}`, 'renew it and restart')];
  if (days < SOON_DAYS) {
    return [
      broken('certificate', `TLS_CERT_FILE expires within ${String(days + 1)} days`, 'renew it and restart'),
    ];
  }
  return [passed('certificate', `TLS_CERT_FILE is valid for ${String(days)} days`)];
}
