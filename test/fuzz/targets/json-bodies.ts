import { strict as assert } from 'node:assert';
import { isUtf8 } from 'node:buffer';
import fc, { type Arbitrary } from 'fast-check';
import type { Caller } from '../../support/caller';
import { startService } from '../../support/service';
import { assertProblem } from '../support/answers';
import { applyEdits, edits, type Edit } from '../support/edits';
import { oddJson } from '../support/odd-json';
import { property, type FuzzTarget } from '../target';

const MODULE_IDS = [
  'm',
  'a.b',
  '~',
  '...',
  '.',
  '..',
  '',
  'a/b',
  'é',
  'x'.repeat(128),
  'x'.repeat(129),
  '__proto__',
  '$gt',
];
const MAX_LEVELS = 64;
const MAX_TEXT_LEVELS = 1000;
const MAX_BYTES = 262_144;
const MAX_BODY_BYTES = 1024 * 1024;

interface Body {
  readonly to: keyof typeof ROUTES;
  /** Texts of names and of values: what JSON.stringify would never write, too. */
  readonly members: readonly (readonly [name: string, json: string])[];
  readonly edits: readonly Edit[];
  readonly bytes: Uint8Array | undefined;
}

const ROUTES = {
  save: { path: '/api/user_modules/save', good: 201 },
  keys: { path: '/api/keys', good: 201 },
  admin: { path: '/api/admin/revocations', good: 204 },
} as const;

const quoted = (texts: readonly string[]) => fc.constantFrom(...texts.map((text) => JSON.stringify(text)));
const mostly = (likely: Arbitrary<string>): Arbitrary<string> =>
  fc.oneof({ weight: 4, arbitrary: likely }, oddJson);
const object = fc.oneof(
  oddJson.map((json) => `{"a":${json}}`),
  fc
    .array(fc.tuple(fc.string({ unit: 'binary', maxLength: 5 }), oddJson), { maxLength: 4 })
    .map((members) => `{${members.map(([name, json]) => `${JSON.stringify(name)}:${json}`).join(',')}}`),
  fc.constantFrom(250_000, 262_130, 262_145, 1_100_000).map((size) => `{"a":"${'x'.repeat(size)}"}`),
);
const VALUES: Readonly<Record<keyof typeof ROUTES, Readonly<Record<string, Arbitrary<string>>>>> = {
  save: { moduleId: mostly(quoted(MODULE_IDS)), data: mostly(object) },
  keys: {
    name: mostly(quoted(['n', ' ', 'x'.repeat(100), 'x'.repeat(101)])),
    scopes: mostly(
      fc.constantFrom('["modules:read"]', '["modules:write","modules:read"]', '["admin"]', '[""]'),
    ),
    expiresAt: mostly(
      quoted(['2999-01-01T00:00:00Z', '2999-01-01', '1999-01-01T00:00:00Z', '+275760-09-13T00:00:00Z']),
    ),
  },
  admin: {
    subject: mostly(quoted(['nobody', '', 'x'.repeat(256)])),
    sid: mostly(quoted(['s'])),
    jti: mostly(quoted(['j'])),
    keyId: mostly(quoted(['k', 'sp_x'])),
    issuer: mostly(quoted(['https://other.example'])),
    reason: mostly(quoted(['r'])),
  },
};

const membersFor = (to: keyof typeof ROUTES) => {
  const named = Object.entries(VALUES[to]).map(([name, value]) => fc.tuple(fc.constant(`"${name}"`), value));
  const odd = fc.tuple(fc.constantFrom('"__proto__"', '"extra"', '""', '"constructor"'), oddJson);
  return fc.tuple(
    to === 'admin' ? fc.subarray(named).chain((chosen) => fc.tuple(...chosen)) : fc.tuple(...named),
    fc.array(fc.oneof(odd, ...named), { maxLength: 1 }),
  );
};
const bodies: Arbitrary<Body> = fc.constantFrom('save', 'save', 'keys', 'admin').chain((to) =>
  fc.record({
    to: fc.constant(to),
    members: membersFor(to).map(([all, more]) => [...all, ...more] as [string, string][]),
    edits: fc.oneof({ weight: 6, arbitrary: fc.constant([]) }, edits()),
    bytes: fc.oneof({ weight: 9, arbitrary: fc.constant(undefined) }, fc.uint8Array({ maxLength: 60 })),
  }),
);

function bytesOf({ members, edits: list, bytes }: Body): Buffer {
  if (bytes) return Buffer.from(bytes);
  const text = `{${members.map(([name, json]) => `${name}:${json}`).join(',')}}`;
  return Buffer.from(applyEdits(text, list));
}

/** What JSON.parse reads, unless the bytes are none that JSON travels in. */
function parsed(bytes: Buffer): unknown {
  try {
    return isUtf8(bytes) ? (JSON.parse(bytes.toString()) as unknown) : undefined;
  } catch {
    return undefined;
  }
}

/** The contract on a body of save, said a second time: what passes is stored, and nothing else. */
function isGoodSave(body: unknown): body is { moduleId: string; data: object } {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) return false;
  const { moduleId, data, ...rest } = body as Record<string, unknown>;
  if (Object.keys(rest).length > 0 || Object.keys(body).length !== 2) return false;
  if (typeof moduleId !== 'string' || !/^(?!\.\.?$)[A-Za-z0-9._~-]{1,128}$/.test(moduleId)) return false;
  if (typeof data !== 'object' || data === null || Array.isArray(data)) return false;
  return keepable(data, 1) && Buffer.byteLength(JSON.stringify(data)) <= MAX_BYTES;
}

function keepable(value: unknown, level: number): boolean {
  if (typeof value === 'number') return Number.isFinite(value);
  if (typeof value !== 'object' || value === null) return true;
  return level <= MAX_LEVELS && Object.values(value).every((member) => keepable(member, level + 1));
}

/** Of the text, also where a later member of the same name hides what is nested. */
function depthOf(json: Buffer): number {
  const brackets = json.toString('latin1').replace(/"(?:[^"\\]|\\.)*"|[^[\]{}"]/gs, '');
  let depth = 0;
  let deepest = 0;
  for (const bracket of brackets) {
    depth += '[{'.includes(bracket) ? 1 : -1;
    deepest = Math.max(deepest, depth);
  }
  return deepest;
}

async function checkSaved(user: Caller, userId: string, bytes: Buffer, status: number): Promise<void> {
  const body = parsed(bytes);
  const good = bytes.length <= MAX_BODY_BYTES && depthOf(bytes) <= MAX_TEXT_LEVELS && isGoodSave(body);
  assert.equal(status === 201, good, `answered ${String(status)}`);
  const { json } = await user.get(`/api/user_modules/user/${userId}`);
  assert.equal(json.items.length, good ? 1 : 0);
  if (!good) return;
  assert.deepStrictEqual(json.items[0].data, body.data);
  const one = await user.get(`/api/user_modules/user/${userId}/${body.moduleId}`);
  assert.deepStrictEqual(one.json.data, body.data);
}

/** Bodies are accepted as the contract says or refused, and what is kept is what was sent. */
export const jsonBodies: FuzzTarget = {
  name: 'json-bodies',
  runs: 150,
  async open() {
    const service = await startService();
    let users = 0;
    return property(bodies, async (body) => {
      const { path, good } = ROUTES[body.to];
      const bytes = bytesOf(body);
      const userId = `user_${String((users += 1))}`;
      const scope = body.to === 'admin' ? 'revocations:write' : '';
      const token = service.issuer.token({ sub: userId, ...(scope && { scope }) });
      const user = service.with({ authorization: `Bearer ${token}` });
      const answer = await fetch(service.url + path, {
        method: 'POST',
        body: new Uint8Array(bytes),
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      });
      const text = await answer.text();
      assert(
        answer.status === good || (answer.status >= 400 && answer.status < 500),
        `${String(answer.status)} ${text}`,
      );
      if (answer.status >= 400) assertProblem(answer.status, answer.headers.get('content-type'), text);
      if (body.to === 'save') await checkSaved(user, userId, bytes, answer.status);
    });
  },
};
