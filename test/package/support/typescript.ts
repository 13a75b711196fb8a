import { run } from './project';
import { guarded, outcomeOf, type Host } from './street';

/** What a host in TypeScript installs beside Express of that version. */
export function typesFor(express: '4' | '5'): readonly string[] {
  return [
    `@types/express@${express}`,
    '@types/node@20',
    '@types/http-errors@2',
    '@types/express-session@1',
    '@types/passport@1.0.17',
    '@types/passport-local@1',
    'typescript@5.9',
  ];
}

const compiles = { 'type errors': [] };

/** Hosts whose files are TypeScript: strict, `exactOptionalPropertyTypes`, declarations checked. */
export function hostsInTypeScript(express: string): readonly Host[] {
  return [
    { host: `${express}, TypeScript`, file: ['typed.ts'], expected: { ...compiles, ...guarded } },
    {
      host: `${express}, TypeScript, own type of req.user (declare global)`,
      file: ['own-user.ts'],
      expected: {
        ...compiles,
        ...guarded,
        'own user and token': {
          account: { accountId: 7, plan: 'paid' },
          subject: 'user_1',
          of: 'user_1',
        },
      },
    },
    {
      host: `${express}, TypeScript, req.user of passport (Express.User)`,
      file: ['passport-user.ts'],
      expected: {
        ...compiles,
        ...guarded,
        'session and token': { plan: 'paid', signedIn: true, subject: 'user_1' },
      },
    },
  ];
}

/** Compiles a host with the compiler of its project, then runs what came of it. */
export async function compiled(project: string, [file]: Host['file']): Promise<unknown> {
  const { node16 } = await typeErrors(project, ['compile.cjs', 'typescript', file, 'node16']);
  const outcome = await outcomeOf(project, [file.replace(/ts$/, 'js')]);
  return { 'type errors': node16, ...(outcome as object) };
}

/** What a compiler complains of, by the kind of module resolution. */
export async function typeErrors(
  project: string,
  script: readonly string[],
): Promise<Readonly<Record<string, readonly string[]>>> {
  return JSON.parse(await run(project, process.execPath, script)) as Record<string, string[]>;
}
