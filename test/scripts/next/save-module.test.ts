import { callAnalyzer } from '../../../scripts/next/apps/common/app/call-analyzer';
import { saveModule } from '../../../scripts/next/apps/common/app/save-module';
import type { Call, Known } from '../../../scripts/next/apps/common/app/save-module';
import { startUpstream } from '../../lib/next/support/upstream';
import type { Script, Upstream } from '../../lib/next/support/upstream';

let app: Upstream;
let kept: Known | undefined;
let revision = 0;
beforeEach(async () => {
  app = await startUpstream();
  app.script(service);
  kept = undefined;
});
afterEach(() => app.close());

const keep = (data: Record<string, unknown>): Known => {
  revision += 1;
  const version = (kept?.version ?? 0) + 1;
  kept = { moduleId: 'm 1', data, version, updatedAt: 'now', etag: `"r${String(revision)}"` };
  return kept;
};

/** One module, kept by the rules of the service. */
const service: Script = (response, { method, path, headers, body }) => {
  const json = (status: number, value: unknown, etag: string | null = null) =>
    response
      .writeHead(status, { 'content-type': 'application/json', ...(etag !== null && { etag }) })
      .end(JSON.stringify(value));
  const problem = (status: number, code: string) => json(status, { title: code, status, detail: code, code });
  if (method === 'GET' && path !== '/api/modules/user%2F1/m%201') return problem(400, 'invalid_request');
  const match = headers['if-match'];
  if (method === 'GET' && !kept) return problem(404, 'not_found');
  if (method === 'POST') {
    if (match !== undefined && match !== kept?.etag) return problem(412, 'version_mismatch');
    keep((JSON.parse(String(body)) as Known).data);
  }
  const { etag, ...module } = kept!;
  return json(200, module, etag);
};

const call: Call = (path, init) => callAnalyzer(app.origin + path, init, { pause: async () => undefined });
const save = (data: unknown, base?: Known) => saveModule(call, 'user/1', { moduleId: 'm 1', data, base });
/** As a list shows it: without an ETag. */
const listed = (module: Known): Known => ({ ...module, etag: null });
const sent = () => app.received.map(({ method, headers }) => [method, headers['if-match']]);

describe('A save', () => {
  it('of a new module has no condition, and its answer is the base of the next one', async () => {
    const first = await save({ n: 1 });
    expect(first).toEqual({ outcome: 'saved', module: kept });
    expect(await save({ n: 2 }, kept)).toMatchObject({ outcome: 'saved', module: { version: 2 } });
    expect(sent()).toEqual([
      ['POST', undefined],
      ['POST', '"r1"'],
    ]);
  });

  it('over a module of a list asks for its ETag first', async () => {
    const { etag } = keep({ n: 1 });
    expect(await save({ n: 2 }, listed(kept!))).toMatchObject({ outcome: 'saved', module: { version: 2 } });
    expect(sent()).toEqual([
      ['GET', undefined],
      ['POST', etag],
    ]);
  });
});

describe('A save over what somebody else has changed', () => {
  it.each([
    ['with its ETag', (seen: Known) => seen],
    ['from a list', listed],
  ])('%s is a conflict, which shows theirs and touches nothing', async (_what, base) => {
    const seen = keep({ n: 1 });
    const theirs = keep({ n: 'theirs' });
    expect(await save({ n: 2 }, base(seen))).toEqual({ outcome: 'conflict', current: theirs });
    expect(kept).toBe(theirs);
  });

  it.each([
    ['with its ETag', (seen: Known) => seen],
    ['from a list', listed],
  ])('%s and deleted is a conflict with nothing', async (_what, base) => {
    const seen = keep({ n: 1 });
    kept = undefined;
    expect(await save({ n: 2 }, base(seen))).toEqual({ outcome: 'conflict', current: undefined });
  });

  it('passes once it is meant to replace theirs, unless that has changed again', async () => {
    const seen = keep({ n: 1 });
    keep({ n: 'theirs' });
    const conflict = await save({ n: 2 }, seen);
    const current = conflict.outcome === 'conflict' ? conflict.current : undefined;
    expect(await save({ n: 2 }, current)).toMatchObject({ outcome: 'saved', module: { version: 3 } });
    expect(await save({ n: 3 }, current)).toMatchObject({ outcome: 'conflict', current: { version: 3 } });
  });
});

it('A save that arrived though its answer was a 503 is no conflict with itself', async () => {
  const seen = keep({ n: 1 });
  const arrivesUnanswered: Script = (response, { body }) => {
    keep((JSON.parse(String(body)) as Known).data);
    response.writeHead(503, { 'retry-after': '1' }).end();
  };
  app.scripts(arrivesUnanswered);
  expect(await save({ n: 2 }, seen)).toEqual({ outcome: 'saved', module: kept });
  expect(kept).toMatchObject({ version: 2, data: { n: 2 } });
});

it.each([
  ['the save', 0],
  ['what is read before it', 1],
  ['what is read after a conflict', 2],
])('A refusal of %s is said as it is', async (_what, when) => {
  const seen = keep({ n: 1 });
  const refusal: Script = (response) =>
    response
      .writeHead(403)
      .end(JSON.stringify({ title: 'No', status: 403, detail: 'No.', code: 'not_owner' }));
  const mismatch: Script = (response) =>
    response
      .writeHead(412)
      .end(JSON.stringify({ title: 'No', status: 412, detail: 'No.', code: 'version_mismatch' }));
  app.scripts(...(when === 2 ? [mismatch, refusal] : [refusal]));
  const answer = await save({ n: 2 }, when === 1 ? listed(seen) : seen);
  expect(answer).toMatchObject({ outcome: 'refused', problem: { code: 'not_owner' } });
});
