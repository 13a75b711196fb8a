import { ClientGone, Overdue, within } from './deadline';
import type { ProxyEvent } from './events';
import { isSendable } from './session';
import type { Bearer } from './session';

type WhyNot = Extract<ProxyEvent, { type: 'not_renewed' }>['why'];

/** RFC 6750 section 3.1. Any other 401 is not about this token, so a new one would not help. */
const INVALID_TOKEN = /(?:^|[\s,])error\s*=\s*(?:"invalid_token"|invalid_token(?![^\s,]))/i;

export function callsTokenInvalid({ status, headers }: Response): boolean {
  return status === 401 && INVALID_TOKEN.test(headers.get('www-authenticate') ?? '');
}

/** A token other than the refused one, or why there is none: the caller then gets the service's own 401. */
export async function renewed(
  bearer: Bearer,
  timeoutMs: number,
  signal: AbortSignal,
): Promise<{ readonly token: string } | { readonly why: WhyNot }> {
  try {
    const token = await within(bearer.renew(), timeoutMs, signal);
    if (token === null || token === undefined || token === '') return { why: 'no_token' };
    if (!isSendable(token)) return { why: 'malformed_token' };
    return token === bearer.token ? { why: 'same_token' } : { token };
  } catch (error) {
    if (error instanceof ClientGone) throw error;
    return { why: error instanceof Overdue ? 'timeout' : 'threw' };
  }
}
