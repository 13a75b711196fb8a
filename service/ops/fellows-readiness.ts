import { SallyportError } from 'sallyport';
import type { Fellows } from '../workers/fellows';
import type { SentGap } from '../workers/messages';
import { gapsOf, type Gap, type ReadinessCheck } from './health';

/** Why another worker can't serve requests. */
class FellowFailure extends SallyportError {
  readonly status = 503;
  readonly title = 'Not ready';

  constructor(
    readonly code: string,
    detail: string,
    override readonly retryAfter: number,
  ) {
    super(detail);
  }
}

/**
 * Readiness gaps of the other workers, since connections go to all of them. `own`: the checks that answer for this
 * worker.
 */
export function fellowsReadiness(fellows: Fellows, own: readonly ReadinessCheck[]): ReadinessCheck {
  fellows.answerWith(async () => (await gapsOf(own)).map(sent));
  return async () => (await fellows.ask()).map(received);
}

function sent({ missing, failure }: Gap): SentGap {
  if (!failure) return { missing };
  const { code, detail, retryAfter = 1 } = failure;
  return { missing, failure: { code, detail, retryAfter } };
}

function received({ missing, failure }: SentGap): Gap {
  if (!failure) return { missing };
  return { missing, failure: new FellowFailure(failure.code, failure.detail, failure.retryAfter) };
}
