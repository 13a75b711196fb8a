import { join, resolve } from 'node:path';
import ts from 'typescript';
import { readSources, type Library } from '../../scripts/api/declarations';
import { canThrow } from '../support/can-throw';

const root = resolve(__dirname, '../..');
const FILE = join(root, 'test/readme/examples-of-doc-comments.ts');

/** What the examples take as given: the app around them. */
const GIVEN = `
import type { Express, Request, RequestHandler } from 'express';
import type { Connection } from 'mongoose';
import { createSecretKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { Registry } from 'prom-client';
import supertest from 'supertest';
import type { Auth, Identity, Jwk, ReplayStore, Revocations, RevocationStore, Sallyport, User, UserStore, Verifier } from 'sallyport';
declare const app: Express, request: Request, connection: Connection, port: Sallyport;
declare const issuer: string, audience: string, secret: string, token: string, kid: string, publicKeyPem: string;
declare const users: UserStore, user: User, auth: Auth, verifier: Verifier, claims: object, privateKey: KeyObject;
declare const store: RevocationStore, revocations: Revocations, replays: ReplayStore;
declare const erase: (identity: Identity) => Promise<void>;
declare const listNotes: RequestHandler, listReports: RequestHandler, deleteReport: RequestHandler;
declare const transfer: RequestHandler, removeAccount: RequestHandler, issueKey: RequestHandler;
void [createSecretKey, generateKeyPairSync, readFile, Registry, supertest];
`;

/** What a host does not call: for stores of its own, and a part of the proxy with a page of its own. */
const WITHOUT = [
  'analyzerProxy',
  'mongoShelves',
  'refuseErased',
  'urlTo',
  'vouch',
  'withLiving',
  'withProfile',
  'withTombstone',
];

interface Example {
  readonly name: string;
  readonly code: string;
}

const library = readSources(root);
const functions = library.entries.flatMap(({ exports }) =>
  exports.filter(({ flags }) => flags & ts.SymbolFlags.Function),
);
const examples = functions.flatMap((symbol) =>
  examplesOf(library, symbol).map((code): Example => ({ name: symbol.name, code })),
);

function examplesOf({ checker }: Library, symbol: ts.Symbol): readonly string[] {
  const tags = symbol.getJsDocTags(checker).filter(({ name }) => name === 'example');
  const comment = ts.displayPartsToString(symbol.getDocumentationComment(checker));
  return [
    ...tags.map(({ text }) => ts.displayPartsToString(text)),
    ...[...comment.matchAll(/```(?:js|ts)\n([\s\S]*?)```/g)].map(([, code = '']) => code),
  ];
}

/** One function for each example, after everything that the package exports: a name of an example's own hides that. */
function program(): string {
  const exported = library.entries.flatMap(({ name, exports }) =>
    exports
      .filter(({ flags }) => flags & ts.SymbolFlags.Value)
      .map((symbol) => `import { ${symbol.name} as $${symbol.name} } from '${name}';`),
  );
  const names = [...new Set(exported.map((line) => /as \$(\w+)/.exec(line)?.[1] ?? ''))];
  const parts = examples.map(
    ({ code }, index) =>
      `async function example${String(index)}() {\n${names
        .map((name) => `const ${name} = $${name};`)
        .join(' ')}\n{\n${code}\n}\n}`,
  );
  return [...new Set(exported), GIVEN, ...parts].join('\n');
}

function mistakesIn(text: string): readonly string[] {
  const options = { ...library.program.getCompilerOptions(), noUnusedLocals: false, noEmit: true };
  const host = ts.createCompilerHost(options);
  const readFrom = host.getSourceFile.bind(host);
  const file = ts.createSourceFile(FILE, text, ts.ScriptTarget.ES2023, true);
  host.getSourceFile = (path, ...rest) => (path === FILE ? file : readFrom(path, ...rest));
  const compiled = ts.createProgram([FILE], options, host);
  return ts.getPreEmitDiagnostics(compiled, file).map(({ start = 0, messageText }) => {
    const before = text.slice(0, start);
    const index = [...before.matchAll(/^async function example(\d+)/gm)].at(-1)?.[1];
    const name = examples[Number(index)]?.name ?? 'what is given';
    return `${name}: ${ts.flattenDiagnosticMessageText(messageText, '\n')}`;
  });
}

jest.setTimeout(180_000);

describe('the examples in the doc comments', () => {
  it('are there for each public function', () => {
    const without = functions
      .map(({ name }) => name)
      .filter((name) => !examples.some((example) => example.name === name));
    expect(without.filter((name) => !WITHOUT.includes(name))).toEqual([]);
  });

  it('compile', () => {
    expect(examples.length).toBeGreaterThan(50);
    expect(mistakesIn(program())).toEqual([]);
  });
});

describe('the doc comments', () => {
  it('name in @throws what a call of a public function can throw', () => {
    const silent = functions.filter(
      (symbol) =>
        canThrow(library.checker, symbol) &&
        !symbol.getJsDocTags(library.checker).some(({ name }) => name === 'throws'),
    );
    expect(functions.some((symbol) => canThrow(library.checker, symbol))).toBe(true);
    expect(silent.map(({ name }) => name)).toEqual([]);
  });
});
