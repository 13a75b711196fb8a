import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const CREATE = join(__dirname, '../../../scripts/next/create.mjs');

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'sallyport-create-'))));
afterEach(() => rmSync(folder, { recursive: true }));

/** Typed in the folder; npm runs it elsewhere and says so. */
function create(...args: string[]) {
  const env = { ...process.env, INIT_CWD: folder };
  return spawnSync(process.execPath, [CREATE, ...args], { env, encoding: 'utf8' });
}

/** The tarball is packed, installed and built by `npm run test:next`. */
describe('npm run create:next', () => {
  it.each(['clerk', 'oidc'])('makes an app of kind %s that depends on the tarball beside it', (auth) => {
    writeFileSync(join(folder, 'sallyport-9.tgz'), 'packed');
    const { status, stdout } = create('app', '--auth', auth, '--sallyport', 'sallyport-9.tgz');
    expect(status).toBe(0);
    expect(stdout).toContain('npm install');
    const manifest = JSON.parse(readFileSync(join(folder, 'app/package.json'), 'utf8')) as {
      dependencies: Record<string, string>;
    };
    expect(manifest.dependencies['sallyport']).toBe('file:sallyport-9.tgz');
    expect(readFileSync(join(folder, 'app/sallyport-9.tgz'), 'utf8')).toBe('packed');
    expect(readdirSync(join(folder, 'app'))).toEqual(
      expect.arrayContaining([
        '.env.example',
        '.gitignore',
        'app',
        'auth.ts',
        'package-lock.json',
        'session.ts',
      ]),
    );
  });

  it.each<[string, string[], string]>([
    ['no folder', ['--auth', 'clerk'], 'Name one folder.'],
    ['two folders', ['a', 'b', '--auth', 'clerk'], 'Name one folder.'],
    ['no sign-in', ['app'], '--auth must be one of clerk, oidc.'],
    ['another sign-in', ['app', '--auth', 'saml'], '--auth must be one of clerk, oidc.'],
    ['another option', ['app', '--next', '15'], "Unknown option '--next'"],
    ['a tarball that is not there', ['app', '--auth', 'oidc', '--sallyport', 'x.tgz'], 'There is no '],
    ['a folder that holds something', ['.', '--auth', 'oidc'], 'is not empty.'],
  ])('with %s says so, and how it is used', (_what, args, said) => {
    writeFileSync(join(folder, 'mine'), '');
    const { status, stderr } = create(...args);
    expect(status).toBe(2);
    expect(stderr).toContain(said);
    expect(stderr).toContain('Usage: npm run create:next');
    expect(readdirSync(folder)).toEqual(['mine']);
  });
});
