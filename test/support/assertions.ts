import type { Answer } from './caller';

/** Every refusal looks like this, whoever refuses. */
export function expectProblem(answer: Answer, status: number, code: string): void {
  expect({ status: answer.status, code: answer.json?.code }).toEqual({ status, code });
  expect(answer.headers.get('content-type')).toMatch(/^application\/problem\+json/);
  expect(answer.headers.get('x-request-id')).toBe(answer.json.requestId);
  expect(answer.json).toMatchObject({
    type: expect.any(String),
    title: expect.any(String),
    status,
    detail: expect.any(String),
  });
  expect(answer.text).not.toMatch(/\bat .+:\d+:\d+|node_modules|eyJ/);
}

/** A refusal before the service knew who called. */
export function expectUnauthorized(answer: Answer, code: 'missing_credentials' | 'invalid_token'): void {
  expectProblem(answer, 401, code);
  const error = code === 'invalid_token' ? ', error="invalid_token"' : '';
  expect(answer.headers.get('www-authenticate')).toBe(`Bearer realm="api"${error}`);
  expect(answer.headers.get('cache-control')).toBe('no-store');
}
