import { writeFileSync } from 'node:fs';
import { replacedWhenStuck } from './replaced-when-stuck';
import type { DatabaseServer } from './server';
import { startServer } from './start-server';

declare global {
  // Jest hands nothing from its setup to its teardown but what is global.
  var sallyportDatabase: DatabaseServer | undefined;
}

/** One database server for all tests: their tables are made synchronously, so it is up before any is read. */
export default async function setUp(): Promise<void> {
  const given = process.env['MONGODB_URI'];
  try {
    globalThis.sallyportDatabase = given ? at(given) : await startWatched();
  } catch (error) {
    if (process.env['CI']) throw error;
    process.stderr.write(`\n\n*** TESTS OVER MONGODB ARE SKIPPED ***\n${String(error)}\n\n`);
    return;
  }
  const { name, uri } = globalThis.sallyportDatabase;
  process.env['SALLYPORT_TEST_MONGODB_URI'] = uri;
  process.stderr.write(`\nMongoDB in tests: ${name}\n`);
}

function at(uri: string): DatabaseServer {
  return { name: 'the server that MONGODB_URI names', uri, stop: () => Promise.resolve() };
}

async function startWatched(): Promise<DatabaseServer> {
  const server = await startServer();
  const port = Number(new URL(server.uri).port);
  return replacedWhenStuck(server, () => startServer({ port }), noteReplacement);
}

/** CI runs the tests again that failed meanwhile: see scripts/ci/run-step.mjs. */
function noteReplacement(): void {
  process.stderr.write('\n*** THE DATABASE SERVER HUNG AND WAS REPLACED ***\n');
  const note = process.env['SALLYPORT_DATABASE_REPLACED'];
  if (note) writeFileSync(note, '');
}
