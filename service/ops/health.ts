import type { RequestHandler } from 'express';
import { SallyportError } from 'sallyport';
import { z } from 'zod';
import type { Route } from '../http/endpoint';
import { json } from '../openapi/operation';
import { OF_THE_SERVER } from '../openapi/problems';

/** A readiness gap. With a `failure` the instance can't serve requests; without one it can, except some of them. */
export interface Gap {
  readonly missing: string;
  readonly failure?: SallyportError;
}

export type ReadinessCheck = () => Promise<readonly Gap[]>;

/** 503 with the code of the first failure and the names of all gaps. */
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

const liveAnswer = z.strictObject({ status: z.literal('live') }).meta({ id: 'Live' });
const readyAnswer = z
  .strictObject({
    status: z.literal('ready'),
    missing: z.array(z.string()).meta({
      description: 'What this instance lacks and can do without, such as the keys of one of several issuers.',
    }),
  })
  .meta({ id: 'Ready' });

/** /health. Live: the process answers. Ready: it may receive requests. */
export function healthRoutes(checks: readonly ReadinessCheck[]): readonly Route[] {
  return [
    {
      path: '/health/live',
      methods: {
        get: {
          id: 'live',
          tag: 'health',
          summary: 'Whether the process answers',
          credentials: {},
          answers: { 200: { description: 'It does.', body: json(liveAnswer) } },
          problems: OF_THE_SERVER,
          handlers: [showLive],
        },
      },
    },
    {
      path: '/health/ready',
      methods: {
        get: {
          id: 'ready',
          tag: 'health',
          summary: 'Whether this instance may be sent requests',
          description: '503 names all that is missing in `missing`.',
          credentials: {},
          answers: { 200: { description: 'It may.', body: json(readyAnswer) } },
          problems: [
            ...OF_THE_SERVER,
            'keys_unavailable',
            'store_unavailable',
            'revocations_unavailable',
            'draining',
          ],
          handlers: [showReady(checks)],
        },
      },
    },
  ];
}

const showLive: RequestHandler = (_request, response) => {
  response.set('Cache-Control', 'no-store').json({ status: 'live' });
};

function showReady(checks: readonly ReadinessCheck[]): RequestHandler {
  return async function ready(_request, response) {
    response.set('Cache-Control', 'no-store');
    const gaps = await gapsOf(checks);
    const missing = gaps.map((gap) => gap.missing);
    const failure = gaps.find((gap) => gap.failure)?.failure;
    if (failure) throw new NotReadyError(failure, missing);
    response.json({ status: 'ready', missing });
  };
}

export async function gapsOf(checks: readonly ReadinessCheck[]): Promise<readonly Gap[]> {
  return (await Promise.all(checks.map((check) => check()))).flat();
}
