import { mkdirSync, readdirSync, readlinkSync, statSync, writeFileSync } from 'node:fs';
import { Server } from 'node:net';
import { join } from 'node:path';
import { claimFolder } from '../../../service/storage/embedded/folder-claim';
import { pidNamespace } from '../../../service/storage/embedded/pid-namespace';
import { RefusedFolderError } from '../../../service/storage/embedded/refused-folder';
import type { Sign } from '../../../service/storage/embedded/sign';
import { endChildren, startChild } from '../../support/child-process';
import { cleanUp, later, temporaryFolder } from '../../support/clean-up';
import { embeddedFolders } from '../../support/embedded-folder';

const onLinux = process.platform === 'linux' ? describe : describe.skip;

afterEach(async () => {
  jest.restoreAllMocks();
  await endChildren();
  await cleanUp();
});

async function claim(folder: string, namespace: string): Promise<Sign> {
  const sign = await claimFolder(folder, namespace);
  later(() => {
    sign.takeDown();
  });
  return sign;
}

onLinux('A folder of the embedded store', () => {
  it('may be used by several processes of one pid namespace', async () => {
    const folder = temporaryFolder();
    await claim(folder, '1');
    await claim(folder, '1');
    expect(readdirSync(folder)).toHaveLength(2);
  });

  it('is refused to another pid namespace while one of them lives, and is left as it was', async () => {
    const folder = temporaryFolder();
    await claim(folder, '1');
    const before = readdirSync(folder);
    await expect(claim(folder, '2')).rejects.toThrow(
      new RefusedFolderError(
        `DATA_DIR ${folder} is in use by a process of another container (another pid namespace), and LMDB's locks ` +
          "don't hold between the two: give each container a folder of its own, or set MONGODB_URI to run several.",
      ),
    );
    expect(readdirSync(folder)).toEqual(before);
    await claim(folder, '1');
  });

  it('may be used by another pid namespace as soon as it was given up', async () => {
    const folder = temporaryFolder();
    const sign = await claim(folder, '1');
    sign.takeDown();
    expect(readdirSync(folder)).toEqual([]);
    await claim(folder, '2');
  });

  it('may be used by another pid namespace as soon as a kill -9 has ended its process', async () => {
    const folder = temporaryFolder();
    const child = startChild('claim-folder.ts', [folder, '1']);
    await child.reached(1);
    await expect(claim(folder, '2')).rejects.toThrow(RefusedFolderError);
    child.kill('SIGKILL');
    await child.ended;
    expect(readdirSync(folder)).toHaveLength(1);
    await claim(folder, '2');
    expect(readdirSync(folder)).toEqual([expect.stringMatching(/^\.in-use-2-/)]);
  });

  it('is still in use while its process is stopped', async () => {
    const folder = temporaryFolder();
    const child = startChild('claim-folder.ts', [folder, '1']);
    await child.reached(1);
    child.kill('SIGSTOP');
    await expect(claim(folder, '2')).rejects.toThrow(RefusedFolderError);
  });

  it('is never given to two pid namespaces, however close together they ask', async () => {
    const folder = temporaryFolder();
    for (let round = 0; round < 5; round += 1) {
      const asked = await Promise.allSettled(
        ['1', '2', '3'].map((namespace) => claimFolder(folder, namespace)),
      );
      const given = asked.flatMap((outcome) => (outcome.status === 'fulfilled' ? [outcome.value] : []));
      expect(given.length).toBeLessThanOrEqual(1);
      for (const sign of given) sign.takeDown();
      expect(readdirSync(folder)).toEqual([]);
    }
  });

  it('may have a path longer than that of a socket, and files that are no signs', async () => {
    const folder = join(temporaryFolder(), 'd'.repeat(200));
    mkdirSync(folder);
    for (const name of ['data.mdb', '.in-use-1', '.in-use-1-xyz']) writeFileSync(join(folder, name), '');
    await claim(folder, '1');
    await expect(claim(folder, '2')).rejects.toThrow(RefusedFolderError);
    expect(readdirSync(folder)).toHaveLength(4);
  });

  it('holds signs that nobody else may ask, whatever the umask', async () => {
    const folder = temporaryFolder();
    const before = process.umask(0);
    later(() => void process.umask(before));
    await claim(folder, '1');
    expect(readdirSync(folder).map((name) => statSync(join(folder, name)).mode & 0o777)).toEqual([0o600]);
  });

  it.each(['EPERM', 'ENOTSUP'])('is refused on a file system that answers a socket with %s', async (code) => {
    jest.spyOn(Server.prototype, 'listen').mockImplementation(function listen(this: Server) {
      process.nextTick(() => this.emit('error', Object.assign(new Error(code), { code })));
      return this;
    });
    await expect(claim(temporaryFolder(), '1')).rejects.toThrow('a file system that holds no Unix sockets');
  });
});

onLinux('The storage in a folder', () => {
  const folders = embeddedFolders();
  afterEach(() => folders.clear());

  it('is refused, before LMDB opens it, while another pid namespace uses it', async () => {
    const folder = folders.folder();
    const sign = await claim(folder, '1');
    await expect(folders.open(folder)).rejects.toThrow(RefusedFolderError);
    expect(readdirSync(folder)).toHaveLength(1);
    sign.takeDown();
    await expect((await folders.open(folder)).check()).resolves.toBeUndefined();
  });

  it('says by its pid namespace that it is in use until it is closed', async () => {
    const folder = folders.folder();
    const storage = await folders.open(folder);
    const own = /\d+/.exec(readlinkSync('/proc/self/ns/pid'))![0];
    expect(pidNamespace()).toBe(own);
    await expect(claim(folder, '1')).rejects.toThrow(RefusedFolderError);
    await claim(folder, own);
    await storage.close();
  });

  it('gives its claim up when it was refused for another reason', async () => {
    const folder = folders.folder();
    writeFileSync(join(folder, 'data.mdb'), 'no database'.repeat(1000));
    await expect(folders.open(folder)).rejects.toThrow("can't read");
    expect(readdirSync(folder)).toEqual(['data.mdb']);
  });
});
