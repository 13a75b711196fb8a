import type { Mutation } from '../mutation';

const embedded = ['test/service/storage/embedded.test.ts'];
const mongo = ['test/service/storage/mongo.test.ts', 'test/lib/mongo/contracts.test.ts'];

export const storage: readonly Mutation[] = [
  {
    breaks: 'The embedded store saves over any version',
    file: 'service/storage/embedded/modules.ts',
    search: 'ifMatch.includes(before.revision)',
    replace: 'ifMatch.length > 0',
    tests: embedded,
  },
  {
    breaks: 'The embedded store keeps any number of modules',
    file: 'service/storage/embedded/modules.ts',
    search: '>= limit) return',
    replace: '>= Infinity) return',
    tests: embedded,
  },
  {
    breaks: 'An entity tag comes again',
    file: 'service/storage/embedded/modules.ts',
    search: 'newRevision()',
    replace: 'String((before?.version ?? 0) + 1)',
    tests: embedded,
  },
  {
    breaks: 'The same random bits make several entity tags',
    file: 'service/modules/revision.ts',
    search: 'used += BYTES;',
    replace: 'used = BYTES;',
    tests: ['test/service/modules/revision.test.ts'],
  },
  {
    breaks: 'The embedded store gives a webhook to two handlers',
    file: 'service/storage/embedded/replays.ts',
    search: "return before.holder === undefined ? 'done' : 'busy';",
    replace: "return before.holder === undefined ? 'done' : 'claimed';",
    tests: embedded,
  },
  {
    breaks: 'A repeat of a revocation in the embedded store ends it sooner',
    file: 'service/storage/embedded/revocations.ts',
    search: 'Math.max(added.until, before?.until ?? 0)',
    replace: 'added.until',
    tests: embedded,
  },
  {
    breaks: 'A write that failed stays in part',
    file: 'service/storage/embedded/environment.ts',
    search: 'return await root.childTransaction(() => action(tables));',
    replace: 'return action(tables);',
    tests: ['test/service/storage/embedded-atomic'],
  },
  {
    breaks: "A folder of another program's is written into",
    file: 'service/storage/embedded/format.ts',
    search: 'if (format === FORMAT) return;',
    replace: 'if (format !== "") return;',
    tests: ['test/service/storage/embedded'],
  },
  {
    breaks: 'MongoDB saves over any version',
    file: 'service/storage/mongo/modules.ts',
    search: '{ ...one(owner, moduleId), ...revision }',
    replace: '{ ...one(owner, moduleId) }',
    tests: mongo,
  },
  {
    breaks: "A delete in MongoDB takes other users' modules of that name",
    file: 'service/storage/mongo/modules.ts',
    search: '{ owner: { $eq: owner }, moduleId: { $eq: moduleId } }',
    replace: '{ moduleId: { $eq: moduleId } }',
    tests: mongo,
  },
  {
    breaks: 'Adding many modules at once passes the limit in MongoDB',
    file: 'service/storage/mongo/additions.ts',
    search: '    count += 1;\n',
    replace: '',
    tests: mongo,
  },
  {
    breaks: 'Of two changes of a user at once the later one undoes the other in MongoDB',
    file: 'lib/mongo/users.ts',
    search: ', revision: { $eq: revision - 1 } }',
    replace: ' }',
    tests: ['test/lib/mongo/races.test.ts'],
  },
  {
    breaks: 'MongoDB gives a webhook to two handlers',
    file: 'lib/mongo/replays.ts',
    search: "holder: { $cond: [runs, '$holder', { $literal: holder }] }",
    replace: 'holder: { $literal: holder }',
    tests: mongo,
  },
  {
    breaks: 'MongoDB forgets to order revocations',
    file: 'lib/mongo/revocations.ts',
    search: "    $currentDate: { stamp: { $type: 'timestamp' as const } },\n",
    replace: '',
    tests: mongo,
  },
  {
    breaks: "Another user's key is deleted in MongoDB",
    file: 'lib/mongo/api-keys.ts',
    search: "{ _id: { $eq: digestOf(userId) }, 'keys.key': key }",
    replace: "{ 'keys.key': key }",
    tests: mongo,
  },
  {
    breaks: 'The window of the shared limiter never ends',
    file: 'lib/mongo/rate-limits.ts',
    search: "const hits = { $cond: [runs, { $add: ['$hits', 1] }, 1] };",
    replace: "const hits = { $add: [{ $ifNull: ['$hits', 0] }, 1] };",
    tests: mongo,
  },
  {
    breaks: "Revocations are removed through the host's mongoose, whose sanitizeFilter changes the filter",
    file: 'lib/mongo/revocations.ts',
    search: 'const { deletedCount } = await revocations.collection().deleteMany(over);',
    replace: `const name = revocations.collection().collectionName;
      const schema = new revocations.connection.base.Schema({ until: Number });
      const model = revocations.connection.model(name, schema, name, { overwriteModels: true });
      const { deletedCount } = await model.deleteMany(over);`,
    tests: ['test/service/storage/mongo-host-settings.test.ts'],
  },
  {
    breaks: "The stores write with the write concern of the host's connection",
    file: 'lib/mongo/documents.ts',
    search: 'collection<T>(called, OPTIONS)',
    replace: 'collection<T>(called)',
    tests: ['test/lib/mongo/queries.test.ts'],
  },
];
