import { STATUS_CODES } from 'node:http';
import { paint, print, shorten } from './paint';

/** One request of the tour and what must come of it. */
export interface Step {
  readonly title: string;
  readonly method?: 'GET' | 'POST' | 'DELETE';
  readonly path: string;
  readonly token?: string;
  readonly body?: unknown;
  readonly status: number;
  /** The `code` of a refusal. */
  readonly code?: string;
  /** What else the answer's JSON must say. */
  readonly holds?: (answer: unknown) => boolean;
}

/** Makes the request, prints both directions, and says whether all went as the step expects. */
export async function exchange(url: string, number: number, step: Step): Promise<boolean> {
  const { method = 'GET', path, token, body } = step;
  const headers = {
    ...(token !== undefined && { Authorization: `Bearer ${token}` }),
    ...(body !== undefined && { 'Content-Type': 'application/json' }),
  };
  const sent = body === undefined ? undefined : JSON.stringify(body);
  const response = await fetch(url + path, { method, headers, ...(sent !== undefined && { body: sent }) });
  const text = await response.text();
  const good = isExpected(step, response.status, text);

  print(paint('bold', `${String(number).padStart(2)}  ${step.title}`));
  print(`    ${paint('cyan', `> ${method} ${path}`)}`);
  if (token !== undefined) print(`    ${paint('gray', `> Authorization: Bearer ${shorten(token)}`)}`);
  if (sent !== undefined) print(`    ${paint('gray', `> ${sent}`)}`);
  print(`    ${good ? paint('green', '< ') : paint('red', '< ')}${answerLine(response)}`);
  const challenge = response.headers.get('www-authenticate');
  if (challenge !== null) print(`    ${paint('gray', `< WWW-Authenticate: ${challenge}`)}`);
  if (text !== '') print(`    ${paint('gray', `< ${text}`)}`);
  if (!good) print(paint('red', `    not as expected: ${String(step.status)} ${step.code ?? ''}`));
  print('');
  return good;
}

function answerLine({ status }: Response): string {
  const line = `${String(status)} ${STATUS_CODES[status] ?? ''}`;
  return paint(status < 400 ? 'green' : 'yellow', line);
}

function isExpected({ status, code, holds }: Step, actual: number, text: string): boolean {
  if (actual !== status) return false;
  if (code === undefined && !holds) return true;
  const answer = JSON.parse(text) as { code?: unknown };
  return (code === undefined || answer.code === code) && (holds?.(answer) ?? true);
}
