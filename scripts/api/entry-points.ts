import { readFileSync } from 'node:fs';
import { join } from 'node:path';

export interface EntryPoint {
  /** As a consumer imports it: `sallyport/mongo`. */
  readonly name: string;
  /** Its source, from the root of the repository. */
  readonly file: string;
}

/** What package.json exports, by its sources. */
export function entryPoints(root: string): readonly EntryPoint[] {
  const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
    readonly name: string;
    readonly exports: Readonly<Record<string, string | Readonly<Record<string, string>>>>;
  };
  return Object.entries(manifest.exports)
    .map(([path, target]) => ({ path, built: typeof target === 'string' ? target : target['default'] }))
    .flatMap(({ path, built }) => {
      const [, file] = /^\.\/dist\/(.+)\.js$/.exec(built ?? '') ?? [];
      return file === undefined ? [] : [{ name: manifest.name + path.slice(1), file: `${file}.ts` }];
    });
}
