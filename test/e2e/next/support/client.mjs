import assert from 'node:assert/strict';
import { request as send } from 'node:http';

/** A client that sends paths and headers as they are written: fetch would tidy them up. */
export function newClient(appUrl) {
  const { port } = new URL(appUrl);
  return function call(path, { method = 'GET', headers = {}, cookies, body, chunks, signal, onAnswer } = {}) {
    return new Promise((resolve, reject) => {
      const all = { ...headers, ...(cookies !== undefined && { cookie: cookies }) };
      const request = send(
        { host: 'localhost', port, path, method, headers: all, agent: false, signal },
        (response) => {
          onAnswer?.(request, response);
          collect(response).then(resolve, reject);
        },
      );
      request.on('error', reject);
      for (const chunk of chunks ?? []) request.write(chunk);
      request.end(body);
    });
  };
}

async function collect(response) {
  const chunks = [];
  for await (const chunk of response) chunks.push(chunk);
  const text = Buffer.concat(chunks).toString();
  return { status: response.statusCode, headers: response.headers, text, json: () => JSON.parse(text) };
}

export const JSON_TYPE = { 'content-type': 'application/json' };

export function saving(moduleId, data = { n: 1 }, headers = {}) {
  return { method: 'POST', headers: { ...JSON_TYPE, ...headers }, body: JSON.stringify({ moduleId, data }) };
}

/** A problem document of the given status and code, marked as nobody's to keep. */
export function assertProblem(answer, status, code) {
  assert.equal(answer.status, status, `${answer.status} ${answer.text}`);
  assert.equal(answer.headers['content-type'].split(';')[0], 'application/problem+json');
  assert.equal(answer.headers['cache-control'], 'private, no-store');
  const problem = answer.json();
  assert.equal(problem.code, code);
  assert.equal(problem.status, status);
  assert.equal(problem.requestId, answer.headers['x-request-id']);
  assert.equal(problem.type, `urn:sallyport:problem:${code}`);
  for (const member of ['title', 'detail']) assert.equal(typeof problem[member], 'string');
}
