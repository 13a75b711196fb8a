import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { workspace } from './project';

/** A command from the npm registry: the path of its file, or why this machine cannot have it. */
export type Tool = { readonly path: string } | { readonly missing: string };

/** Synchronous, since jest has to know which tests there are before any of them runs. */
export function installTool(specifier: string, command: string): Tool {
  const prefix = join(workspace(), 'tools', command);
  const path = join(prefix, 'node_modules/.bin', command);
  try {
    const options = ['--no-audit', '--no-fund', '--prefer-offline'];
    execFileSync('npm', ['install', '--prefix', prefix, specifier, ...options], { stdio: 'pipe' });
    // What was built for another platform can be installed and does not start.
    execFileSync(path, ['--version'], { stdio: 'pipe' });
    return { path };
  } catch (error) {
    const { stderr, message } = error as Error & { readonly stderr?: Buffer };
    return { missing: `${message}\n${stderr?.toString() ?? ''}`.trim().split('\n').slice(0, 2).join(': ') };
  }
}
