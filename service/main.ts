import { configure } from './config/configure';
import type { Config } from './config';
import type { LogOutput } from './ops/log-output';
import { createLogger, type Logger } from './ops/logger';
import { measureLoopDelay } from './ops/loop-delay';
import { onSignals } from './ops/signals';
import { sharedOutput, standardOutput } from './ops/standard-output';
import type { RunningService } from './run';
import type { Fellows } from './workers/fellows';
import { Primary } from './workers/primary';
import { followPrimary, workerNumber } from './workers/worker';

type Die = (err: unknown, what: string) => never;

/** The process: reads the environment, runs until a signal arrives, and logs why if it fails. */
async function main(): Promise<void> {
  const config = configure();
  const worker = workerNumber();
  const lines = process.stdout.isTTY ? await onTerminal(standardOutput()) : standardOutput();
  const output = config.workers > 1 ? sharedOutput(lines) : lines;
  const logger = createLogger(config.logLevel, output).child(worker === undefined ? {} : { worker });
  const die: Die = (err, what) => {
    logger.fatal({ err }, what);
    process.exit(1);
  };
  process.on('uncaughtException', (error) => die(error, 'uncaught exception'));
  if (worker !== undefined) serveAsWorker(config, logger, die);
  else if (config.workers > 1) keepWorkers(config, logger, die);
  else serve(config, logger, die);
}

/** Loaded only for a terminal: production does not need it. */
async function onTerminal(output: LogOutput): Promise<Pick<LogOutput, 'write'>> {
  const { terminalOutput } = await import('./ops/terminal-output.js');
  return terminalOutput(output);
}

function serve(config: Config, logger: Logger, die: Die): void {
  const service = start(config, logger).catch((error: unknown) => die(error, 'cannot start'));
  // Registered before the service listens, so that a signal during the start shuts down cleanly as well.
  onSignals(
    (waitFirst) => service.then(({ stop }) => stop(waitFirst)),
    (error) => die(error, 'shutdown failed'),
  );
}

function keepWorkers({ workers: count, ops }: Config, logger: Logger, die: Die): void {
  const primary = new Primary({ count, logger, onUnstartable: () => process.exit(1) });
  if (ops) serveAllMetrics(ops, primary, logger).catch((error: unknown) => die(error, 'cannot start'));
  onSignals(
    (waitFirst) => primary.stop(waitFirst),
    (error) => die(error, 'shutdown failed'),
  );
}

async function serveAllMetrics(
  ops: NonNullable<Config['ops']>,
  primary: Primary,
  logger: Logger,
): Promise<void> {
  const { addedUp, serveMetrics } = await import('./ops/metrics-server.js');
  await serveMetrics({ ...ops, text: async () => addedUp(await primary.samples()), logger });
}

function serveAsWorker(config: Config, logger: Logger, die: Die): void {
  let stopping = false;
  let failed = false;
  const stop = async (waitFirst: boolean): Promise<void> => {
    stopping = true;
    if (failed) process.exit(1);
    await (await service).stop(waitFirst);
    process.exit(0);
  };
  const primary = followPrimary((waitFirst) => {
    stop(waitFirst).catch((error: unknown) => die(error, 'shutdown failed'));
  });
  const service = start(config, logger, primary).catch(async (error: unknown) => {
    failed = true;
    // Another worker has logged the reason, or the service is shutting down anyway.
    if (stopping) process.exit(1);
    await primary.mayExplain();
    return die(error, 'cannot start');
  });
  void service.then(() => {
    primary.tellListening();
  });
}

/** Imported here, since a primary does not need the modules of a worker. */
async function start(config: Config, logger: Logger, fellows?: Fellows): Promise<RunningService> {
  const { run } = await import('./run.js');
  return run(config, logger, measureLoopDelay(), fellows);
}

void main();
