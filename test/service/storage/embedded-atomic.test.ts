import { StoreUnavailableError } from 'sallyport';
import { Environment } from '../../../service/storage/embedded/environment';
import { embeddedFolders } from '../../support/embedded-folder';

const folders = embeddedFolders();
afterEach(() => folders.clear());

it('keeps nothing of a write that failed, and all of the next one', async () => {
  const environment = new Environment({ folder: folders.folder(), sync: false });
  const failed = environment.write((tables) => {
    tables.counters.putSync('first', 'of a failed write');
    throw new Error('in the midst of it');
  });
  await expect(failed).rejects.toBeInstanceOf(StoreUnavailableError);
  await environment.write((tables) => {
    tables.counters.putSync('second', 'kept');
  });
  const kept = await environment.read((tables) => ['first', 'second'].map((key) => tables.counters.get(key)));
  expect(kept).toEqual([undefined, 'kept']);
  await environment.close();
});
