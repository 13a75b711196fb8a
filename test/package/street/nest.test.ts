import { createProject } from '../support/project';
import { guarded, outcomeOf, row } from '../support/street';

const packages = [
  '@nestjs/core@11',
  '@nestjs/common@11',
  '@nestjs/platform-express@11',
  'reflect-metadata@0.2',
  'rxjs@7',
];

/** Its own filter answers: in its own form, with our status, message and challenge. */
it('is answered by the exception filter of Nest 11 with the right status', async () => {
  const project = await createProject('nest', 'street', packages);

  expect(await row('Nest 11', () => outcomeOf(project, ['nest.cjs']))).toEqual({
    ...guarded,
    'no token': [401, 'Send credentials with this request.', 'Bearer realm="api"'],
    "another's path": [403, 'This belongs to another user.'],
    bug: [500],
  });
});
