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
    globalThis.sallyportDatabase = given ? at(given) : await startServer();
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
