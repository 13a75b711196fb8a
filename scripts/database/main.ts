import { join } from 'node:path';
import { CACHE } from './server';
import { startServer } from './start-server';

/** `npm run db`: a server for development, whose data is there again the next time. */
async function main(): Promise<void> {
  const server = await startServer({ port: 27017, folder: join(CACHE, 'database') });
  process.stdout.write(
    `${server.name} runs; end it with Ctrl-C. For .env:\n\nMONGODB_URI=${server.uri}/sallyport\n`,
  );
  const stop = () => void server.stop().then(() => process.exit(0));
  process.once('SIGINT', stop).once('SIGTERM', stop);
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
