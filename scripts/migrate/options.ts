import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

export const STORES = ['embedded', 'mongo'] as const;

export type StoreName = (typeof STORES)[number];

export interface MigrateOptions {
  readonly from: StoreName;
  readonly to: StoreName;
  readonly dataDir: string;
  readonly mongodbUri: string;
}

export const USAGE = `Copies users, modules, API keys and revocations from one store into the other.
Stop every service that runs on either of them first.

  npm run migrate -- --from embedded --to mongo
  npm run migrate -- --from mongo --to embedded

DATA_DIR (default ./data) and MONGODB_URI say where the stores are, as they do for the service.
Nothing that the other store has already is changed, so a run that was cut off can be run again.`;

/** What was asked for can't be meant: nothing was touched. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

export function readOptions(args: readonly string[], env: NodeJS.ProcessEnv): MigrateOptions {
  const { from, to } = readFlags(args);
  if (from === to) throw new UsageError(`--from and --to are both ${from}: there is nothing to do`);
  const mongodbUri = env['MONGODB_URI']?.trim() ?? '';
  if (!/^mongodb(\+srv)?:\/\//.test(mongodbUri)) {
    throw new UsageError('MONGODB_URI must be a mongodb:// or mongodb+srv:// connection string');
  }
  const dataDir = env['DATA_DIR']?.trim() ?? './data';
  // Opened, a folder that was misspelt would be a new and empty store.
  if (from === 'embedded' && !existsSync(join(dataDir, 'data.mdb'))) {
    throw new UsageError(`DATA_DIR ${dataDir} holds no embedded store`);
  }
  return { from, to, dataDir, mongodbUri };
}

function readFlags(args: readonly string[]): { from: StoreName; to: StoreName } {
  const { from, to } = parseFlags(args);
  return { from: storeNamed('--from', from), to: storeNamed('--to', to) };
}

function parseFlags(args: readonly string[]): { from?: string; to?: string } {
  try {
    const options = { from: { type: 'string' }, to: { type: 'string' } } as const;
    return parseArgs({ args: [...args], options }).values;
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    throw code?.startsWith('ERR_PARSE_ARGS') ? new UsageError(message) : error;
  }
}

function storeNamed(flag: string, value: string | undefined): StoreName {
  const store = STORES.find((name) => name === value);
  if (!store) throw new UsageError(`${flag} must be ${STORES.join(' or ')}`);
  return store;
}
