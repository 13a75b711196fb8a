import express, { type Express } from 'express';
import helmet from 'helmet';
import type { Sallyport } from 'sallyport';
import type { Config } from './config';
import { nameBadPath } from './http/bad-path';
import { NotFoundError } from './http/errors';
import { requireHost } from './http/host';
import { requestId } from './http/request-id';
import { requireHttps } from './http/require-https';
import { healthRoutes } from './ops/health';
import { closeConnections, refuseWhileClosing, type Lifecycle } from './ops/lifecycle';
import type { Logger } from './ops/logger';
import { refuseOverload } from './ops/overload';
import { keysReadiness, storeReadiness } from './ops/readiness';
import { failureLog, requestLog } from './ops/request-log';
import { moduleRoutes } from './routes/modules';
import { userRoutes } from './routes/users';
import type { Storage } from './storage/storage';
import { eraseUser } from './users/erase-user';

export interface AppParts {
  readonly config: Config;
  readonly storage: Storage;
  readonly port: Sallyport;
  readonly logger: Logger;
  readonly lifecycle: Lifecycle;
  /** Milliseconds that work lately waited for the event loop. */
  readonly loopDelay: () => number;
}

/** The service as an Express app, not listening: main.ts and the tests give it a server. */
export function createApp(parts: AppParts): Express {
  const { config, storage, port, logger, lifecycle, loopDelay } = parts;
  const app = createExpress(config);

  app.use(requestId, requestLog(logger), helmet(), requireHost, closeConnections(lifecycle));
  app.use(healthRoutes(lifecycle, [storeReadiness(() => storage.check()), keysReadiness(port)]));
  app.use(refuseWhileClosing(lifecycle), refuseOverload({ maxInFlight: config.maxInFlight, loopDelay }));
  if (config.requireHttps) app.use(requireHttps);

  const { modules } = storage;
  const userModules = moduleRoutes({ port, modules, modulesPerUser: config.modulesPerUser });
  app.use(['/api/user_modules', '/user_modules'], userModules);
  app.use(
    '/api/users',
    userRoutes({ port, erase: (identity) => eraseUser({ users: port.users, modules }, identity) }),
  );

  app.use(() => {
    throw new NotFoundError();
  });
  app.use(nameBadPath, failureLog(logger), port.problemDetails);
  return app;
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
