import express, { type Express, type RequestHandler } from 'express';
import { rateLimit, type Identity, type OnEvent, type Revocations, type Sallyport } from 'sallyport';
import type { Config } from './config';
import type { ProviderRules } from './config/providers';
import { nameBadPath } from './http/bad-path';
import { crossOrigin } from './http/cors';
import { routerOf, type Route } from './http/endpoint';
import { NotFoundError } from './http/errors';
import type { Exchange } from './http/exchanges';
import { requireHost } from './http/host';
import { inOrder } from './http/in-order';
import { requestId } from './http/request-id';
import { requireHttps } from './http/require-https';
import { securityHeaders } from './http/security-headers';
import { boundAwaitedBodies } from './ops/awaited-bodies';
import { warnOfForgottenProxy } from './ops/forgotten-proxy';
import { fellowsReadiness } from './ops/fellows-readiness';
import { healthRoutes, type ReadinessCheck } from './ops/health';
import { closeConnections, refuseWhileClosing, type Lifecycle } from './ops/lifecycle';
import { createKeys } from './keys';
import type { Logger } from './ops/logger';
import { refuseOverload } from './ops/overload';
import { drainingReadiness, keysReadiness, revocationsReadiness, storeReadiness } from './ops/readiness';
import { failureLog, requestLog } from './ops/request-log';
import type { Telemetry } from './ops/telemetry';
import { adminRoutes } from './routes/admin';
import { keyRoutes } from './routes/keys';
import { moduleRoutes } from './routes/modules';
import { sessionRoutes } from './routes/sessions';
import { clerkRoute } from './routes/clerk';
import { documentationRoutes } from './routes/documentation';
import { signalRoutes } from './routes/signals';
import { userRoutes } from './routes/users';
import type { Storage } from './storage/storage';
import type { Erasure } from './users/erasure';
import type { Revoker } from './users/revoker';
import type { Fellows } from './workers/fellows';

export interface AppParts {
  readonly config: Config;
  readonly storage: Storage;
  /** Options of the primary issuer, with its keys. */
  readonly primary: ProviderRules;
  readonly port: Sallyport;
  readonly onEvent: OnEvent;
  readonly revocations: Revocations;
  readonly erasure: Erasure;
  readonly revoker: Revoker;
  readonly logger: Logger;
  readonly lifecycle: Lifecycle;
  /** Recent delay of the event loop, in milliseconds. */
  readonly loopDelay: () => number;
  /** Requests that count towards MAX_IN_FLIGHT at the moment. */
  readonly inFlight: Set<Exchange>;
  /** Undefined if no metrics are served. */
  readonly telemetry?: Telemetry | undefined;
  /** The other workers; undefined in a single process. */
  readonly fellows?: Fellows | undefined;
}

/** The service as an Express app. main.ts and the tests create the server for it. */
export function createApp(parts: AppParts): Express {
  const { config, logger, lifecycle, loopDelay, inFlight, telemetry } = parts;
  const app = createExpress(config);

  const forgottenProxy = config.trustProxy === 0 ? [warnOfForgottenProxy(logger)] : [];
  const origins = config.corsOrigins.length > 0 ? [crossOrigin(config.corsOrigins)] : [];
  const onlyHttps = config.requireHttps ? [requireHttps] : [];
  const overload = refuseOverload({ maxInFlight: config.maxInFlight, loopDelay, inFlight });

  app.use(
    inOrder(
      requestId,
      requestLog(logger),
      ...(telemetry ? [telemetry.timeRequests] : []),
      securityHeaders(),
      ...origins,
      requireHost,
      closeConnections(lifecycle),
      ...forgottenProxy,
    ),
  );
  const health = healthRoutes(readinessChecks(parts));
  const api = apiRoutes(parts);
  const provider = providerRoutes(parts);
  const documentation = documentationRoutes([...api, ...provider, ...health], config);
  app.use(routerOf(health));
  app.use(inOrder(refuseWhileClosing(lifecycle), overload, ...onlyHttps));
  app.use(routerOf(api));
  app.use(routerOf(provider, { strict: false }));
  app.use(routerOf(documentation));
  app.use(() => {
    throw new NotFoundError();
  });
  app.use(nameBadPath, failureLog(logger), parts.port.problemDetails);
  return app;
}

function readinessChecks({ storage, port, revocations, lifecycle, fellows }: AppParts): ReadinessCheck[] {
  const own = [
    drainingReadiness(lifecycle),
    storeReadiness(() => storage.check()),
    keysReadiness(port),
    revocationsReadiness(revocations),
  ];
  return fellows ? [...own, fellowsReadiness(fellows, own)] : own;
}

function apiRoutes(parts: AppParts): readonly Route[] {
  const { config, storage, port, revocations, erasure, revoker, logger } = parts;
  const { modules } = storage;
  const keys = createKeys(config, parts);
  return [
    ...moduleRoutes({ port, revocations, modules, modulesPerUser: config.modulesPerUser }),
    ...userRoutes({ port, erase: (identity) => erasure.erase(identity) }),
    ...keyRoutes({ port, revocations, keys }),
    ...sessionRoutes({ port, revocations }),
    ...adminRoutes({ port, revocations, revoker, primary: config.issuers[0].issuer, logger }),
  ];
}

/** Share of MAX_IN_FLIGHT for webhook bodies: clients with many addresses could each send ten of them slowly. */
const WEBHOOK_SHARE = 0.1;

/** Routes for messages of identity providers, which are unauthenticated until the signature in the body is verified. */
function providerRoutes(parts: AppParts): readonly Route[] {
  const { ipPerMinute, exempt } = parts.config.rateLimit;
  const limit = rateLimit({ by: 'address', perMinute: ipPerMinute, exempt });
  const few = boundAwaitedBodies(Math.ceil(parts.config.maxInFlight * WEBHOOK_SHARE));
  const strangers = [limit, few];
  return [...clerkRoutes(parts, strangers), ...signalRoutes(parts, strangers)];
}

function clerkRoutes(parts: AppParts, strangers: readonly RequestHandler[]): readonly Route[] {
  const { config, storage, port, revocations, erasure } = parts;
  if (!config.clerkWebhook) return [];
  const options = {
    ...config.clerkWebhook,
    replays: storage.replays,
    users: port.users,
    revocations,
    erase: (identity: Identity) => erasure.erase(identity),
    exempt: config.rateLimit.exempt,
  };
  return [clerkRoute(options, strangers)];
}

function createExpress({ trustProxy }: Config): Express {
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  app.enable('case sensitive routing');
  app.set('query parser', 'simple');
  app.set('trust proxy', typeof trustProxy === 'number' ? trustProxy : [...trustProxy]);
  return app;
}
