import { memoryRevocations, revocationFeed } from 'sallyport';
import { startAuthorizationServer } from './authorization-server';
import { connectClient, type OnExchange } from './notes-client';
import { startNotesServer } from './start-notes-server';

const HEADERS = ['www-authenticate', 'retry-after', 'mcp-session-id', 'location'];

const print = (line: string): void => void process.stdout.write(`${line}\n`);

/** What the client saw, without a token. */
const printExchange: OnExchange = ({ method, url, headers }, response) => {
  const { pathname, searchParams } = new URL(url);
  const resource = searchParams.get('resource');
  print(`  > ${method} ${pathname}${resource === null ? '' : ` (resource=${resource}, PKCE)`}`);
  if (headers.has('authorization')) print('  > Authorization: Bearer ...');
  print(`  < ${String(response.status)}`);
  for (const name of HEADERS) {
    const value = response.headers.get(name);
    if (value !== null) print(`  < ${name}: ${value.replace(/code=.*/, 'code=...')}`);
  }
};

async function main(): Promise<void> {
  const issuer = await startAuthorizationServer();
  const revocations = revocationFeed({ store: memoryRevocations() });
  await revocations.prewarm();
  const server = await startNotesServer({ issuer: issuer.issuer, revocations });

  print('The client of the MCP SDK connects');
  const connected = await connectClient({ url: `${server.url}/mcp`, onExchange: printExchange });
  print('It calls a tool');
  print(`  ${await connected.call('add_note', { note: 'water the ferns' })}`);
  print('The issuer goes down: nothing is noticed, since its keys are known');
  issuer.fail();
  print(`  ${await connected.call('list_notes')}`);
  print('The server restarts, and cannot get the keys');
  server.restart();
  await connected.call('list_notes').catch((error: unknown) => {
    print(`  the client saw: ${String(error)}`);
  });
  print(`  and has its token still: ${String(connected.tokens() !== undefined)}`);

  await connected.close();
  await server.close();
  revocations.close();
  await issuer.close();
}

void main();
