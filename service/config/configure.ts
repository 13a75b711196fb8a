import { existsSync } from 'node:fs';
import { ConfigError, loadConfig, type Config } from '../config';

/** Reads the configuration of the process. If it is wrong, prints what to correct and exits with code 1. */
export function configure(): Config {
  readEnvFile();
  try {
    return loadConfig(process.env);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exit(1);
  }
}

/** Loads a .env file from the working directory. Variables of the environment take precedence. */
export function readEnvFile(): void {
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
