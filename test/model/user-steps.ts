import { strict as assert } from 'node:assert';
import fc from 'fast-check';
import { at, chosen, credential, place, step, type Chosen } from './command';
import {
  calling,
  denialOf,
  expectDenial,
  expectStatus,
  signIn,
  type Key,
  type Model,
  type Real,
} from './world';

const NOT_FOUND = { status: 404, code: 'not_found' };

async function signInStep(
  wish: { user: number; session: number | null },
  model: Model,
  real: Real,
): Promise<void> {
  const subject = at(model.subjects, wish.user);
  const sid = wish.session === null ? undefined : `sid-${subject}-${String(wish.session)}`;
  model.tokens.push(signIn(model, real, subject, sid));
}

async function me({ who: wish }: { who: Chosen }, model: Model, real: Real): Promise<void> {
  const who = chosen(model, wish);
  const denial = denialOf(model, who, { scope: 'modules:read' });
  const answer = await calling(real, who).get('/api/users/me');
  if (denial) {
    expectDenial(answer, denial);
    return;
  }
  expectStatus(answer, 200);
  assert.equal(answer.json.userId, who.subject);
}

interface KeyWish {
  readonly who: Chosen;
  readonly scopes: readonly string[] | null;
  readonly expires: boolean;
}

async function makeKey(wish: KeyWish, model: Model, real: Real): Promise<void> {
  const who = chosen(model, wish.who);
  const expiresAt = wish.expires ? model.now + 1_800_000 : undefined;
  const name = `key ${String(model.keys.length)}`;
  const denial = denialOf(model, who, { token: true });
  const answer = await calling(real, who).post('/api/keys', {
    name,
    ...(wish.scopes && { scopes: wish.scopes }),
    ...(expiresAt !== undefined && { expiresAt: new Date(expiresAt).toISOString() }),
  });
  if (denial) {
    expectDenial(answer, denial);
    return;
  }
  expectStatus(answer, 201);
  const { id, key: text, scopes } = answer.json as { id: string; key: string; scopes: string[] };
  assert.deepEqual(scopes, wish.scopes ?? ['modules:read', 'modules:write']);
  const { subject } = who;
  model.keys.push({ kind: 'key', text, id, subject, name, scopes, createdAt: model.now, expiresAt });
}

function keysOf(model: Model, subject: string): readonly Key[] {
  return model.keys.filter((key) => key.subject === subject && !model.deleted.has(key));
}

async function listKeys({ who: wish }: { who: Chosen }, model: Model, real: Real): Promise<void> {
  const who = chosen(model, wish);
  const denial = denialOf(model, who, { token: true });
  const answer = await calling(real, who).get('/api/keys');
  if (denial) {
    expectDenial(answer, denial);
    return;
  }
  expectStatus(answer, 200);
  const listed = (answer.json.items as { id: string; name: string }[]).map(({ id, name }) => `${id} ${name}`);
  const expected = keysOf(model, who.subject).map(({ id, name }) => `${id} ${name}`);
  assert.deepEqual(listed.sort(), expected.sort());
  for (const { text } of model.keys) assert(!answer.text.includes(text), 'a key is shown twice');
}

async function deleteKey(wish: { who: Chosen; key: number }, model: Model, real: Real): Promise<void> {
  const who = chosen(model, wish.who);
  const key = at(model.keys, wish.key);
  const denial = denialOf(model, who, { token: true });
  const answer = await calling(real, who).delete(`/api/keys/${key.id}`);
  if (denial) {
    expectDenial(answer, denial);
    return;
  }
  if (!keysOf(model, who.subject).includes(key)) {
    expectDenial(answer, NOT_FOUND);
    return;
  }
  expectStatus(answer, 204);
  model.deleted.add(key);
}

/** What the subject held is refused from now on; their keys are gone, too. */
function dropHeldBy(model: Model, subject: string): void {
  for (const key of keysOf(model, subject)) model.deleted.add(key);
  model.revokedAt.set(subject, model.now);
}

async function revokeSession({ who: wish }: { who: Chosen }, model: Model, real: Real): Promise<void> {
  const who = chosen(model, wish);
  const denial = denialOf(model, who, { token: true });
  const answer = await calling(real, who).post('/api/sessions/revoke', '');
  if (denial) {
    expectDenial(answer, denial);
    return;
  }
  expectStatus(answer, 204);
  model.revoked.add(`token ${who.text}`);
  if (who.kind === 'token' && who.sid !== undefined) model.revoked.add(`sid ${who.sid}`);
}

async function erase({ who: wish }: { who: Chosen }, model: Model, real: Real): Promise<void> {
  const who = chosen(model, wish);
  const denial = denialOf(model, who, { token: true });
  const answer = await calling(real, who).delete('/api/users/me');
  if (denial) {
    expectDenial(answer, denial);
    return;
  }
  expectStatus(answer, 204);
  model.modulesOf(who.subject).clear();
  dropHeldBy(model, who.subject);
}

interface AdminWish {
  readonly by: 'subject' | 'sid' | 'jti' | 'keyId';
  readonly index: number;
}

async function adminRevoke({ by, index }: AdminWish, model: Model, real: Real): Promise<void> {
  const admin = signIn(model, real, model.admin, undefined);
  const token = at(model.tokens, index);
  const key = model.keys.length > 0 ? at(model.keys, index) : undefined;
  const value = {
    subject: token.subject,
    sid: token.sid ?? 'none',
    jti: token.jti,
    keyId: (index % 2 === 0 ? key?.id : key?.text) ?? 'none',
  }[by];
  const denial = denialOf(model, admin, {});
  const answer = await calling(real, admin).post('/api/admin/revocations', { [by]: value });
  if (denial) {
    expectDenial(answer, denial);
    return;
  }
  if (by === 'keyId' && (!key || model.deleted.has(key))) {
    expectDenial(answer, NOT_FOUND);
    return;
  }
  expectStatus(answer, 204);
  if (by === 'subject') dropHeldBy(model, value);
  else if (by !== 'keyId') model.revoked.add(`${by} ${value}`);
  else if (key) model.deleted.add(key);
}

const who = fc.record({ who: credential });
const hasKeys = (model: Readonly<Model>): boolean => model.keys.length > 0;
const scopes = fc.constantFrom(null, null, ['modules:read'], ['modules:write']);

export const userSteps = [
  step('signIn', fc.record({ user: fc.nat({ max: 2 }), session: fc.option(fc.nat({ max: 1 })) }), signInStep),
  step('me', who, me),
  step('makeKey', fc.record({ who: credential, scopes, expires: fc.boolean() }), makeKey),
  step('listKeys', who, listKeys),
  step('deleteKey', fc.record({ who: credential, key: place }), deleteKey, hasKeys),
  step('revokeSession', who, revokeSession),
  step('erase', who, erase),
  step(
    'adminRevoke',
    fc.record({ by: fc.constantFrom('subject', 'sid', 'jti', 'keyId'), index: place }),
    adminRevoke,
  ),
];
