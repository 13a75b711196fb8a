import { startMemoryServer } from './memory-server';
import { startSecantusDb } from './secantusdb';
import type { DatabaseServer, ServerPlace } from './server';

const STARTERS = [
  { name: 'mongodb-memory-server', start: startMemoryServer },
  { name: 'SecantusDB', start: startSecantusDb },
];

/** The first server that this machine can run. Rejects with what hindered each. */
export async function startServer(place: ServerPlace = {}): Promise<DatabaseServer> {
  const hindrances: string[] = [];
  for (const { name, start } of STARTERS) {
    try {
      return await start(place);
    } catch (error) {
      hindrances.push(`${name}: ${firstLine(error)}`);
    }
  }
  throw new Error(`no MongoDB-compatible server could be started; ${hindrances.join('; ')}`);
}

function firstLine(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).split('\n', 1)[0] ?? '';
}
