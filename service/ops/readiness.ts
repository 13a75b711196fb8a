import {
  KeysUnavailableError,
  RevocationsUnavailableError,
  StoreUnavailableError,
  type Revocations,
  type Sallyport,
} from 'sallyport';
import { DrainingError } from '../http/errors';
import type { ReadinessCheck } from './health';
import type { Lifecycle } from './lifecycle';

/** Not ready once shutdown has begun. */
export function drainingReadiness(lifecycle: Lifecycle): ReadinessCheck {
  return () => {
    const draining = lifecycle.phase() !== 'serving';
    return Promise.resolve(draining ? [{ missing: 'draining', failure: new DrainingError() }] : []);
  };
}

/** Names the issuers whose keys were never fetched; a failure only if that is true for all issuers. */
export function keysReadiness(port: Pick<Sallyport, 'ready' | 'state'>): ReadinessCheck {
  return () => {
    const { keys } = port.state();
    const unread = keys.filter(({ ageSeconds }) => ageSeconds === undefined);
    // Retried here, since an instance that isn't ready receives no requests that would.
    if (unread.length > 0) port.ready().catch(() => undefined);
    const failure = unread.length === keys.length ? { failure: new KeysUnavailableError(1) } : {};
    return Promise.resolve(unread.map(({ issuer }) => ({ missing: `keys of ${issuer}`, ...failure })));
  };
}

/** Without revocations every request is answered 503. */
export function revocationsReadiness(revocations: Pick<Revocations, 'state'>): ReadinessCheck {
  return () => {
    const gap = { missing: 'revocations', failure: new RevocationsUnavailableError() };
    return Promise.resolve(revocations.state().ready ? [] : [gap]);
  };
}

/** Not ready if `check` rejects or takes longer than `deadlineMs`. */
export function storeReadiness(check: () => Promise<void>, deadlineMs = 2000): ReadinessCheck {
  return async () => {
    const deadline = new AbortController();
    const timer = setTimeout(() => {
      deadline.abort();
    }, deadlineMs);
    try {
      await Promise.race([check(), rejectOn(deadline.signal)]);
      return [];
    } catch (error) {
      const failure =
        error instanceof StoreUnavailableError ? error : new StoreUnavailableError(1, { cause: error });
      return [{ missing: 'store', failure }];
    } finally {
      clearTimeout(timer);
    }
  };
}

function rejectOn(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    signal.addEventListener('abort', () => {
      reject(new Error('deadline'));
    });
  });
}
