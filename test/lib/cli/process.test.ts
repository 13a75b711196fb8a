import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createTestIssuer } from 'sallyport/testing';
import { selfSigned } from '../../support/certificate';
import { lines } from './support/command-line';
import { oddIssuer, pages } from './support/odd-issuer';

const root = join(__dirname, '../../..');
const COMMAND = ['--require', join(root, 'test/support/typescript.cjs'), join(root, 'lib/cli/main.ts')];
const issuer = createTestIssuer();

/** A process of its own, as a shell starts it. */
function start(args: readonly string[], env: NodeJS.ProcessEnv = {}): ChildProcess {
  const inherited = { ...process.env };
  delete inherited['NODE_OPTIONS'];
  return spawn(process.execPath, [...COMMAND, ...args], { env: { ...inherited, ...env } });
}

async function ran(child: ChildProcess, stdin = '') {
  let out = '';
  let err = '';
  child.stdout?.setEncoding('utf8').on('data', (text: string) => (out += text));
  child.stderr?.setEncoding('utf8').on('data', (text: string) => (err += text));
  child.stdin?.end(stdin);
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, out, err };
}

it('decodes what is piped into it', async () => {
  const { code, out, err } = await ran(start(['inspect']), issuer.token());
  expect(out).toContain('"user_1"');
  expect(out).not.toContain('\u001b');
  expect(err).toBe('');
  expect(code).toBe(0);
});

it('ends with 2 and writes to standard error alone where the command line is wrong', async () => {
  const { code, out, err } = await ran(start(['inspect', '--isuer', 'x']));
  expect({ code, out }).toEqual({ code: 2, out: '' });
  expect(err).toContain('Did you mean --issuer?');
});

it('says what it waits for, to somebody who gives no token', async () => {
  const child = start(['inspect']);
  const [text] = (await once(child.stderr!.setEncoding('utf8'), 'data')) as [string];
  expect(text).toContain('Waiting for a token on standard input');
  await ran(child, issuer.token());
});

it('ends quietly where its reader leaves', async () => {
  const child = start(['inspect']);
  child.stdout?.destroy();
  const { err } = await ran(child, issuer.token());
  expect(err).toBe('');
});

it('serves until it is interrupted', async () => {
  const child = start(['token', '--serve', '--port', '0', '--json']);
  const [text] = (await once(child.stdout!.setEncoding('utf8'), 'data')) as [string];
  const { issuer: address, token } = JSON.parse(text);
  expect(
    await ran(start(['inspect', '--issuer', address, '--audience', 'test-audience']), token),
  ).toMatchObject({
    code: 0,
  });
  child.kill('SIGINT');
  expect(await ran(child)).toMatchObject({ code: 0 });
});

it('finds nothing wrong once the authority is named as it says', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'sallyport-ca-'));
  const certificate = selfSigned();
  const odd = await oddIssuer({ page: pages(issuer.jwks()), tls: certificate });
  await writeFile(join(folder, 'ca.pem'), certificate.cert);

  const before = await ran(start(['doctor', '--issuer', odd.origin]));
  const after = await ran(
    start(['doctor', '--issuer', odd.origin], { NODE_EXTRA_CA_CERTS: join(folder, 'ca.pem') }),
  );
  odd.close();
  await rm(folder, { recursive: true });

  expect(lines(before.out, 'broken').join()).toContain('NODE_EXTRA_CA_CERTS');
  expect(before.code).toBe(1);
  expect(lines(after.out, 'broken')).toEqual([]);
  expect(after.code).toBe(0);
});
