import type { Answer } from './send';
import type { LogLine } from './service-log';

/** The steps of a request's way, in the order in which the service takes them. */
export const STEPS = [
  'request id',
  'address limit',
  'credential',
  'cache',
  'strict parse',
  'key',
  'engine',
  'claims',
  'revocation',
  'user',
  'subject limit',
  'scope, owner',
  'handler',
  'store',
] as const;

export type StepName = (typeof STEPS)[number];

/** What is known of an exchange: the answer, its problem where it has one, and what the library told of it. */
export interface Known {
  readonly answer: Answer;
  readonly code: string | undefined;
  readonly detail: string | undefined;
  readonly events: readonly LogLine[];
}

const BY_CODE: Readonly<Record<string, StepName>> = {
  missing_credentials: 'credential',
  keys_unavailable: 'key',
  revocations_unavailable: 'revocation',
  not_owner: 'scope, owner',
  insufficient_scope: 'scope, owner',
  insufficient_role: 'scope, owner',
  token_required: 'scope, owner',
  invalid_body: 'handler',
  body_too_large: 'handler',
  unsupported_media_type: 'handler',
  method_not_allowed: 'handler',
  internal: 'handler',
  not_found: 'store',
  version_mismatch: 'store',
  limit_reached: 'store',
};

/** Reasons of `invalid_token` that are not of its claims. */
const BY_REASON: Readonly<Record<string, StepName>> = {
  malformed: 'strict parse',
  header: 'strict parse',
  algorithm: 'strict parse',
  unknown_key: 'key',
  api_key: 'key',
  signature: 'engine',
  revoked: 'revocation',
};

/** The step that refused; undefined for an answer that is none of a refusal, or of none of these steps. */
export function refusedBy({ code, events }: Known): StepName | undefined {
  const proven = events.some(({ event }) => event === 'verified');
  switch (code) {
    case undefined:
      return undefined;
    case 'rate_limited':
      return events.some(({ event, by }) => event === 'limited' && by === 'subject')
        ? 'subject limit'
        : 'address limit';
    case 'invalid_request':
      return proven ? 'handler' : 'credential';
    case 'invalid_token':
      return byReason(events);
    case 'store_unavailable':
      return byStore(events, proven);
    default:
      return BY_CODE[code];
  }
}

/** Undefined without the event that says why: the answer does not tell. */
function byReason(events: readonly LogLine[]): StepName | undefined {
  const reason = events.find(({ event }) => event === 'refused')?.['reason'];
  if (typeof reason !== 'string') return undefined;
  return BY_REASON[reason] ?? 'claims';
}

function byStore(events: readonly LogLine[], proven: boolean): StepName {
  const failed = events.find(({ event }) => event === 'store_failed')?.['store'];
  if (failed === 'users') return 'user';
  return proven ? 'store' : 'key';
}
