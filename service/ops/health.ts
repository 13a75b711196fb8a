import express, { type Router } from 'express';
import { SallyportError } from 'sallyport';
import { endpoint } from '../http/endpoint';

/** Something that is not as it should be. With a `failure` this instance can't serve; without, only part of it can't. */
export interface Gap {
  readonly missing: string;
  readonly failure?: SallyportError;
}

export type ReadinessCheck = () => Promise<readonly Gap[]>;

/** 503 with the code of the first failure and the names of all. */
class NotReadyError extends SallyportError {
  readonly status = 503;
  readonly code: string;
  readonly title = 'Not ready';
  override readonly retryAfter: number;
  override readonly extensions: Readonly<Record<string, unknown>>;

  constructor(failure: SallyportError, missing: readonly string[]) {
    super(failure.detail, { cause: failure.cause });
    this.code = failure.code;
    this.retryAfter = failure.retryAfter ?? 1;
    this.extensions = { missing };
  }
}

/** For /health. Live: the process answers. Ready: it may be sent requests. */
export function healthRoutes(checks: readonly ReadinessCheck[]): Router {
  const router = express.Router({ caseSensitive: true, strict: true });

  endpoint(router, '/live', {
    get: [(_request, response) => void response.set('Cache-Control', 'no-store').json({ status: 'live' })],
  });
  endpoint(router, '/ready', {
    get: [
      async (_request, response) => {
        response.set('Cache-Control', 'no-store');
        const gaps = await gapsOf(checks);
        const missing = gaps.map((gap) => gap.missing);
        const failure = gaps.find((gap) => gap.failure)?.failure;
        if (failure) throw new NotReadyError(failure, missing);
        response.json({ status: 'ready', missing });
      },
    ],
  });
  return router;
}

export async function gapsOf(checks: readonly ReadinessCheck[]): Promise<readonly Gap[]> {
  return (await Promise.all(checks.map((check) => check()))).flat();
}
