import { problemOf } from 'sallyport';
import { z } from 'zod';
import { PROBLEMS, type ProblemName } from './problems';

const REQUEST_ID = '6f7bb3ba-5a1c-4b6b-9f3c-d2a5e7c1f0a4';

const codes = [...new Set(Object.values(PROBLEMS).map(({ code }) => code))];

/** Body of every error response (RFC 9457). */
export const problemBody = z
  .object({
    type: z.string().meta({ description: 'A URN of the code.', example: 'urn:sallyport:problem:not_owner' }),
    title: z.string().meta({ description: 'For people; the same for one code.' }),
    status: z.int().min(400).max(599),
    detail: z.string().meta({ description: 'For people: what is wrong this time.' }),
    code: z.enum(codes).meta({ description: 'For programs.' }),
    requestId: z.string().meta({ description: 'As in X-Request-Id.' }),
    errors: z
      .array(
        z.object({
          path: z
            .string()
            .meta({ description: 'A JSON Pointer; empty for the body itself.', example: '/name' }),
          message: z.string(),
        }),
      )
      .max(50)
      .optional()
      .meta({ description: 'With `invalid_body`: each fault.' }),
    missing: z.array(z.string()).optional().meta({ description: 'Of /health/ready: all that is missing.' }),
  })
  .meta({ id: 'Problem' });

export function exampleOf(name: ProblemName): { summary: string; value: object } {
  const error = PROBLEMS[name];
  return { summary: error.title, value: problemOf(error, REQUEST_ID) };
}

/** A table with one line per status and its codes. */
export function problemTable(names: readonly ProblemName[]): string[] {
  const codes = new Map<number, Set<string>>();
  for (const name of names) {
    const { status, code } = PROBLEMS[name];
    codes.set(status, (codes.get(status) ?? new Set()).add(`\`${code}\``));
  }
  const sorted = [...codes].sort(([one], [other]) => one - other);
  return [
    '| status | code |',
    '| --- | --- |',
    ...sorted.map(([status, said]) => `| ${String(status)} | ${[...said].join(', ')} |`),
  ];
}
