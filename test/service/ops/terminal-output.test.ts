import { createLogger } from '../../../service/ops/logger';
import { terminalOutput } from '../../../service/ops/terminal-output';

function shown(fields: object, message: string, colorize = false): string {
  let text = '';
  const output = terminalOutput({ write: (line: string) => void (text += line) }, colorize);
  createLogger('info', output).info(fields, message);
  return text;
}

it('shows a line as people read it', () => {
  const text = shown({ status: 401, code: 'invalid_token', kid: 'k1' }, 'request');
  expect(text).toMatch(/^\[\d\d:\d\d:\d\d\.\d{3}\] INFO: request \{.*"status":401.*"kid":"k1".*\}\n$/);
});

it('shows the stack of an error on lines of its own', () => {
  const text = shown({ err: new TypeError('no such thing') }, 'internal error');
  expect(text).toContain('no such thing');
  expect(text).toMatch(/\n\s+at /);
});

it('shows nothing that steers a terminal, wherever it was put', () => {
  const evil = 'a\u001b[2J\u0007\u009b2J\u202eb';
  const text = shown({ received: evil, err: Object.assign(new Error(evil), { stack: evil }) }, evil);
  expect(text).not.toMatch(/[^\P{C}\n\t]/u);
  expect(text).toContain('a[2J2Jb');
});

it('shows no credential', () => {
  const key = `sp_${'k'.repeat(60)}`;
  expect(shown({ reason: key, token: 'hush' }, key)).not.toMatch(/kkkk|hush/);
});

it('colours the level', () => {
  expect(shown({}, 'x', true)).toContain('\u001b[32mINFO\u001b[39m');
});
