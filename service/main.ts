import { existsSync } from 'node:fs';
import { ConfigError, loadConfig, type Config } from './config';
import { createLogger } from './ops/logger';
import { measureLoopDelay } from './ops/overload';
import { standardOutput } from './ops/standard-output';
import { run } from './run';

/** The process: reads the environment, runs until told to stop, and says why when it can't. */
function main(): void {
  const config = configure();
  const logger = createLogger(config.logLevel, standardOutput());
  const die = (err: unknown, what: string): void => {
    logger.fatal({ err }, what);
    process.exit(1);
  };
  process.on('uncaughtException', (error) => {
    die(error, 'uncaught exception');
  });
  const service = run(config, logger, measureLoopDelay());
  service.catch((error: unknown) => {
    die(error, 'cannot start');
  });
  // Before it listens: a signal that comes while it starts ends it as cleanly as a later one.
  onSignals(
    (waitFirst) => service.then(({ stop }) => stop(waitFirst)),
    (error) => {
      die(error, 'shutdown failed');
    },
  );
}

/** Variables of a .env file in the working directory count where the environment has none of that name. */
function configure(): Config {
  readEnvFile();
  try {
    return loadConfig(process.env);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exit(1);
  }
}

function readEnvFile(): void {
  if (!existsSync('.env')) return;
  try {
    process.loadEnvFile('.env');
  } catch {
    process.stderr.write(
      "There is a .env here that can't be read; it must be a file that this user may read.\n",
    );
    process.exit(1);
  }
}

function onSignals(stop: (waitFirst: boolean) => Promise<void>, onFailure: (error: unknown) => void): void {
  let stopping = false;
  const on = (signal: 'SIGTERM' | 'SIGINT', code: number): void => {
    process.on(signal, () => {
      if (stopping) process.exit(code);
      stopping = true;
      stop(signal === 'SIGTERM').then(() => process.exit(0), onFailure);
    });
  };
  on('SIGTERM', 143);
  on('SIGINT', 130);
}

main();
