import type { Connection } from 'mongoose';
import type { ModuleStore } from '../../../service/modules/module-store';
import { moduleCollections } from '../../../service/storage/mongo/module-document';
import { mongoModules } from '../../../service/storage/mongo/modules';
import { closeConnections, describeMongo, openConnection } from '../../support/mongo';
import { listenToCommands, planOf, type SentCommand } from '../../support/mongo-commands';

const OPTIONS = { limit: 1000 };
const PAGE = { limit: 50, maxBytes: 1_000_000 };

interface Query {
  readonly name: string;
  readonly run: (modules: ModuleStore) => unknown;
  /** What goes over the wire. */
  readonly sends: readonly string[];
}

const QUERIES: readonly Query[] = [
  {
    name: 'adding a module',
    run: (modules) => modules.save('o', 'm', '{}', OPTIONS),
    sends: ['findAndModify', 'update', 'aggregate', 'insert', 'commitTransaction'],
  },
  {
    name: 'adding one too many',
    run: (modules) => modules.save('o', 'more', '{}', { limit: 1 }),
    sends: ['findAndModify', 'update', 'aggregate', 'commitTransaction'],
  },
  {
    name: 'updating a module',
    run: (modules) => modules.save('o', 'm', '{}', OPTIONS),
    sends: ['findAndModify'],
  },
  {
    name: 'updating a module that must be as it was',
    run: (modules) => modules.save('o', 'm', '{}', { ...OPTIONS, ifMatch: ['a', 'b'] }),
    sends: ['findAndModify'],
  },
  { name: 'finding a module', run: (modules) => modules.get('o', 'm'), sends: ['find'] },
  { name: 'the first page', run: (modules) => modules.list('o', PAGE), sends: ['find'] },
  { name: 'a later page', run: (modules) => modules.list('o', { ...PAGE, after: 'a' }), sends: ['find'] },
  { name: 'deleting a module', run: (modules) => modules.delete('o', 'm'), sends: ['delete'] },
  {
    name: "deleting all of one owner's",
    run: (modules) => modules.deleteAll('o'),
    sends: ['delete', 'delete'],
  },
];

const LOOKUPS = ['find', 'findAndModify', 'update', 'delete', 'aggregate'];

describeMongo('every query for modules', () => {
  let connection: Connection;
  let modules: ModuleStore;
  const sent = new Map<string, SentCommand[]>();

  beforeAll(async () => {
    connection = await openConnection(undefined, { monitorCommands: true });
    const collections = moduleCollections(connection);
    await collections.ensureIndexes();
    modules = mongoModules(collections);
    const commands = listenToCommands(connection);
    for (const { name, run } of QUERIES) {
      await run(modules);
      sent.set(name, commands.take());
    }
  });
  afterAll(closeConnections);

  it.each(QUERIES)('takes no more round trips than it must: $name', ({ name, sends }) => {
    expect(sent.get(name)!.map((command) => command.name)).toEqual(sends);
  });

  it.each(QUERIES)('uses an index: $name', async ({ name }) => {
    for (const command of sent.get(name)!.filter(({ name: kind }) => LOOKUPS.includes(kind))) {
      const plan = await planOf(connection, command);
      expect(plan).not.toContain('COLLSCAN');
      expect(plan.join(' ')).toMatch(/IXSCAN|IDHACK|EXPRESS/);
    }
  });

  it.each(QUERIES)('is answered when a majority has it: $name', ({ name }) => {
    const writes = sent.get(name)!.filter(({ name: kind, command }) => {
      return (
        ['findAndModify', 'delete', 'commitTransaction'].includes(kind) && command['autocommit'] !== true
      );
    });
    for (const { command } of writes) expect(command['writeConcern']).toMatchObject({ w: 'majority' });
  });

  it('is listed here: the store has no method that the list leaves out', () => {
    const listed = QUERIES.map(({ run }) => String(run)).join('\n');
    for (const method of Object.keys(modules)) expect(listed).toContain(`.${method}(`);
  });

  describe('given an object where a string is promised', () => {
    const operators = [{ $gt: '' }, { $ne: null }, { $exists: true }, { $in: ['o', 'm'] }, ['m'], null];

    beforeAll(() => modules.save('o', 'm', '{"kept":true}', OPTIONS));

    it.each(operators)('finds and changes nothing: %j', async (operator) => {
      const odd = operator as never;
      const attempts = [
        () => modules.get(odd, 'm'),
        () => modules.get('o', odd),
        () => modules.list(odd, PAGE).then(({ items }) => items[0]),
        () => modules.list('o', { ...PAGE, after: odd }).then(({ items }) => items[0]),
        () => modules.delete(odd, 'm'),
        () => modules.delete('o', odd),
        () => modules.deleteAll(odd),
        () => modules.save(odd, 'm', '{}', { ...OPTIONS, ifMatch: '*' }),
        () => modules.save('o', 'm', '{}', { ...OPTIONS, ifMatch: [odd] }),
      ];
      for (const attempt of attempts) {
        const found = await attempt().catch(() => 'refused');
        expect([undefined, false, 0, 'refused']).toContain(
          typeof found === 'object' && 'outcome' in found && found.outcome === 'mismatch' ? undefined : found,
        );
      }
      expect((await modules.get('o', 'm'))?.data).toBe('{"kept":true}');
    });
  });
});
