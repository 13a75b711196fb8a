import { execFileSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** A copy of the tree as it is now, uncommitted changes included, to be broken in place of it. */
export function copyTree(root: string, target: string): void {
  const listed = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard', '-z'], {
    cwd: root,
    encoding: 'utf8',
  });
  for (const file of listed.split('\0').filter((name) => name !== '' && existsSync(join(root, name)))) {
    mkdirSync(dirname(join(target, file)), { recursive: true });
    copyFileSync(join(root, file), join(target, file));
  }
  mkdirSync(join(root, '.cache'), { recursive: true });
  for (const shared of ['node_modules', '.cache']) symlinkSync(join(root, shared), join(target, shared));
  writeFileSync(join(target, 'jest.mutate.json'), JSON.stringify(jestConfig(target)));
}

interface JestConfig {
  readonly transform: Readonly<Record<string, unknown>>;
}

/**
 * The configuration of `npm test`, but for three things: types are not checked, so that a test has to notice a mutation
 * and not the compiler; the first failure of a file skips the rest of it; a test that hangs is given up sooner.
 */
function jestConfig(root: string): object {
  const config = JSON.parse(
    readFileSync(join(root, 'scripts/config/jest.config.json'), 'utf8'),
  ) as JestConfig;
  const typescript = [
    'ts-jest',
    { tsconfig: '<rootDir>/scripts/config/tsconfig.jest.json', diagnostics: false },
  ];
  return {
    ...config,
    rootDir: '.',
    transform: { ...config.transform, '^.+\\.ts$': typescript },
    testEnvironment: '<rootDir>/scripts/mutate/first-failure-environment.cjs',
    cacheDirectory: '<rootDir>/.jest-cache',
    testTimeout: 15_000,
  };
}
