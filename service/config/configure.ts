import { existsSync } from 'node:fs';
import { ConfigError, loadConfig, type Config } from '../config';

/** The process's configuration; ends it with exit code 1 and plain words where that is wrong. */
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

/** Variables of a .env file in the working directory count where the environment has none of that name. */
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
