import { strict as assert } from 'node:assert';
import fc from 'fast-check';
import type { Answer } from '../support/caller';
import { at, chosen, credential, place, step, type Chosen } from './command';
import {
  calling,
  denialOf,
  expectDenial,
  expectStatus,
  MODULES_PER_USER,
  type Key,
  type Model,
  type Module,
  type Real,
  type Token,
} from './world';

const IDS = ['B', '_x', 'a', 'a.1', '~'];
const moduleId = fc.constantFrom(...IDS);
const data = fc.dictionary(fc.string({ unit: 'binary', maxLength: 4 }), fc.jsonValue({ maxDepth: 1 }), {
  maxKeys: 3,
});
const path = (subject: string, id: string): string => `/api/user_modules/user/${subject}/${id}`;

/** The module of an answer is the one that the model knows, member by member. */
function expectModule(json: unknown, subject: string, id: string, module: Module): void {
  const { etag, ...members } = module;
  assert(etag !== '');
  // As text too: what is equal may still have other keys in another order.
  assert.equal(JSON.stringify(json), JSON.stringify({ userId: subject, moduleId: id, ...inOrder(members) }));
}

function inOrder({ data: own, version, createdAt, updatedAt }: Omit<Module, 'etag'>): object {
  return { data: own, version, createdAt, updatedAt };
}

function expectSaved(model: Model, who: Token | Key, id: string, sent: unknown, answer: Answer): void {
  const own = model.modulesOf(who.subject);
  const before = own.get(id);
  expectStatus(answer, before ? 200 : 201);
  const etag = answer.headers.get('etag') ?? '';
  assert.match(etag, /^"[^"]+"$/);
  assert(!model.etags.has(etag), 'an ETag came twice');
  model.etags.add(etag);
  const { createdAt, updatedAt } = answer.json as Module;
  const module = {
    data: JSON.parse(JSON.stringify(sent)) as unknown,
    version: (before?.version ?? 0) + 1,
    etag,
    createdAt: before?.createdAt ?? createdAt,
    updatedAt,
  };
  assert.match(updatedAt, /^\d{4}-\d\d-\d\dT[\d:.]+Z$/);
  expectModule(answer.json, who.subject, id, module);
  own.set(id, module);
}

interface Save {
  readonly who: Chosen;
  readonly moduleId: string;
  readonly data: unknown;
  /** Where the tag of If-Match comes from: this module, any that ever was, or `*`. */
  readonly ifMatch?: { readonly from: 'now' | 'ever' | 'any'; readonly index: number };
}

function ifMatchOf(model: Model, subject: string, { moduleId: id, ifMatch }: Save): string | undefined {
  switch (ifMatch?.from) {
    case 'now':
      return model.modulesOf(subject).get(id)?.etag ?? '"none"';
    case 'ever':
      return model.etags.size === 0 ? '"none"' : at([...model.etags], ifMatch.index);
    case 'any':
      return '*';
    case undefined:
      return undefined;
  }
}

async function save(wish: Save, model: Model, real: Real): Promise<void> {
  const who = chosen(model, wish.who);
  const ifMatch = ifMatchOf(model, who.subject, wish);
  const headers = ifMatch === undefined ? {} : { 'if-match': ifMatch };
  const denial = denialOf(model, who, { scope: 'modules:write' });
  const answer = await calling(real, who).save(wish.moduleId, wish.data, headers);
  if (denial) {
    expectDenial(answer, denial);
    return;
  }
  const own = model.modulesOf(who.subject);
  const present = own.get(wish.moduleId);
  if (ifMatch !== undefined && !(present && (ifMatch === '*' || ifMatch === present.etag))) {
    expectDenial(answer, { status: 412, code: 'version_mismatch' });
    return;
  }
  if (!present && own.size >= MODULES_PER_USER) {
    expectDenial(answer, { status: 409, code: 'limit_reached' });
    return;
  }
  expectSaved(model, who, wish.moduleId, wish.data, answer);
}

interface Read {
  readonly who: Chosen;
  readonly ofAnother: number | null;
  readonly moduleId: string;
}

/** The path names the caller, or whoever it says: never what is read. */
function ownerOf(model: Model, who: Token | Key, { ofAnother }: Pick<Read, 'ofAnother'>): string {
  return ofAnother === null ? who.subject : at(model.subjects, ofAnother);
}

async function get(wish: Read, model: Model, real: Real): Promise<void> {
  const who = chosen(model, wish.who);
  const owner = ownerOf(model, who, wish);
  const denial = denialOf(model, who, { owner, scope: 'modules:read' });
  const answer = await calling(real, who).get(path(owner, wish.moduleId));
  if (denial) {
    expectDenial(answer, denial);
    return;
  }
  const module = model.modulesOf(owner).get(wish.moduleId);
  if (!module) {
    expectDenial(answer, { status: 404, code: 'not_found' });
    return;
  }
  expectStatus(answer, 200);
  assert.equal(answer.headers.get('etag'), module.etag);
  expectModule(answer.json, owner, wish.moduleId, module);
}

async function list(
  wish: Omit<Read, 'moduleId'> & { limit: number },
  model: Model,
  real: Real,
): Promise<void> {
  const who = chosen(model, wish.who);
  const owner = ownerOf(model, who, wish);
  const denial = denialOf(model, who, { owner, scope: 'modules:read' });
  const own = model.modulesOf(owner);
  const ids = [...own.keys()].sort();
  let cursor: string | null = '';
  for (let from = 0; cursor !== null; from += wish.limit) {
    const query = `limit=${String(wish.limit)}${cursor === '' ? '' : `&cursor=${cursor}`}`;
    const answer = await calling(real, who).get(`/api/user_modules/user/${owner}?${query}`);
    if (denial) {
      expectDenial(answer, denial);
      return;
    }
    expectStatus(answer, 200);
    const page = ids.slice(from, from + wish.limit);
    assert.equal(answer.json.items.length, page.length);
    for (const [index, id] of page.entries()) expectModule(answer.json.items[index], owner, id, own.get(id)!);
    cursor = answer.json.nextCursor as string | null;
    assert.equal(
      cursor === null,
      from + wish.limit >= ids.length,
      'the last page, and only it, has no nextCursor',
    );
  }
}

async function remove(wish: Read, model: Model, real: Real): Promise<void> {
  const who = chosen(model, wish.who);
  const owner = ownerOf(model, who, wish);
  const denial = denialOf(model, who, { owner, scope: 'modules:write' });
  const answer = await calling(real, who).delete(path(owner, wish.moduleId));
  if (denial) {
    expectDenial(answer, denial);
    return;
  }
  if (!model.modulesOf(owner).delete(wish.moduleId)) {
    expectDenial(answer, { status: 404, code: 'not_found' });
    return;
  }
  expectStatus(answer, 204);
}

const ofAnother = fc.option(fc.nat({ max: 2 }), { freq: 6 });
const read = fc.record({ who: credential, ofAnother, moduleId });
const ifMatch = fc.record({ from: fc.constantFrom('now', 'ever', 'any'), index: place });

export const moduleSteps = [
  step('save', fc.record({ who: credential, moduleId, data }), save),
  step('saveIfMatch', fc.record({ who: credential, moduleId, data, ifMatch }), save),
  step('get', read, get),
  step('list', fc.record({ who: credential, ofAnother, limit: fc.constantFrom(1, 2, 100) }), list),
  step('delete', read, remove),
];
