import { setTimeout as delay } from 'node:timers/promises';
import type { Express } from 'express';
import type { OnEvent } from 'sallyport';
import { createApp } from './app';
import type { Config } from './config';
import { openCore } from './core';
import type { Exchange } from './http/exchanges';
import { eventLog } from './ops/event-log';
import { createLifecycle, type Lifecycle } from './ops/lifecycle';
import { hindranceLog } from './ops/hindrance-log';
import type { Logger } from './ops/logger';
import type { LoopDelay } from './ops/loop-delay';
import type { Telemetry } from './ops/telemetry';
import type { Storage } from './storage/storage';
import type { Fellows } from './workers/fellows';

/** All parts of the service except the listener. */
export interface Composition {
  readonly app: Express;
  readonly storage: Storage;
  readonly lifecycle: Lifecycle;
  readonly telemetry: Telemetry | undefined;
  /** Starts background work: fetching keys, and finishing erasures. */
  readonly start: () => void;
  readonly release: () => Promise<void>;
}

/** Maximum time that the start waits for the revocations, in milliseconds. */
const PATIENCE_MS = 2000;

/** Opens the store and creates the parts, once per process. */
export async function compose(
  config: Config,
  logger: Logger,
  loop: LoopDelay,
  fellows?: Fellows,
): Promise<Composition> {
  const inFlight = new Set<Exchange>();
  const telemetry = await telemetryOf(config, inFlight);
  const onEvent = toldBoth(eventLog(logger), telemetry?.onEvent);
  const core = await openCore(config, { logger, onEvent, onHindrance: hindranceLog(logger) });
  const { storage, revocations, port, erasure } = core;
  telemetry?.onEvent.watch(port);
  const lifecycle = createLifecycle();
  const loopDelay = (): number => loop.current();
  const app = createApp({
    ...core,
    config,
    onEvent,
    logger,
    lifecycle,
    loopDelay,
    fellows,
    inFlight,
    telemetry,
  });

  // Revocations should be known before the first request; until they are, readiness reports it.
  const known = revocations.prewarm().catch(() => undefined);
  await Promise.race([known, delay(PATIENCE_MS, undefined, { ref: false })]);
  return {
    app,
    storage,
    lifecycle,
    telemetry,
    start: () => {
      // Unavailable keys do not stop the service: readiness reports them, and requests are answered 503.
      port.ready().catch(() => undefined);
      erasure.start();
    },
    release: () => core.close(),
  };
}

/** Metrics are loaded and collected only if they are served. */
async function telemetryOf({ ops }: Config, inFlight: ReadonlySet<Exchange>): Promise<Telemetry | undefined> {
  if (!ops) return undefined;
  const { createTelemetry } = await import('./ops/telemetry.js');
  return createTelemetry(() => inFlight.size);
}

function toldBoth(first: OnEvent, second: OnEvent | undefined): OnEvent {
  if (!second) return first;
  return (event) => {
    first(event);
    second(event);
  };
}
