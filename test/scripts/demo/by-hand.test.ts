import { spawnSync } from 'node:child_process';
import { pasteLines } from '../../../scripts/demo/by-hand';

const URL = 'http://127.0.0.1:3000';
const lines = pasteLines(URL, 'eyJh.eyJz.c2ln');
const SHELLS = ['sh', 'bash', 'zsh'];
const here = SHELLS.filter((shell) => spawnSync(shell, ['-c', ':']).status === 0);

/** Instead of curl: says its arguments, one a line, and a line of dashes. */
const CURL = `curl() { printf '%s\\n' "$@"; echo ---; }`;
const SAVE = [
  ...['-i', '-w', '\\n', `${URL}/api/user_modules/save`, '-H', 'Authorization: Bearer eyJh.eyJz.c2ln'],
  ...['-H', 'Content-Type: application/json', '-d', '{"moduleId":"mine","data":{"hello":"world"}}', '---'],
];
const get = (user: string): string[] => [
  ...['-i', '-w', '\\n', `${URL}/api/user_modules/user/${user}`],
  ...['-H', 'Authorization: Bearer eyJh.eyJz.c2ln', '---'],
];

describe('the lines that the demo gives to paste', () => {
  it('have no comment', () => {
    expect(lines).not.toMatch(/#/);
  });

  it('are tried in every shell that is here, and sh always is', () => {
    expect(here).toContain('sh');
  });

  it.each(here)('are read by %s without a complaint', (shell) => {
    const { status, stderr } = spawnSync(shell, ['-n'], { input: `${lines}\n`, encoding: 'utf8' });
    expect([status, stderr]).toEqual([0, '']);
  });

  it.each(here)('ask for what they say, typed into %s', (shell) => {
    const { status, stdout } = spawnSync(shell, typedInto(shell), {
      input: `${CURL}\n${lines}\n`,
      encoding: 'utf8',
      env: { PATH: process.env['PATH'], PS1: '', PS2: '' },
    });
    expect(status).toBe(0);
    expect(stdout.trimEnd().split('\n')).toEqual([...SAVE, ...get('demo'), ...get('ada')]);
  });
});

/** zsh reads comments in scripts, and none at its prompt. */
function typedInto(shell: string): string[] {
  return shell === 'zsh' ? ['-f', '-i', '-o', 'no_zle', '-o', 'no_prompt_sp'] : [];
}
