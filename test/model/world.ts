import { strict as assert } from 'node:assert';
import fc from 'fast-check';
import type { Answer, Caller } from '../support/caller';
import { eventually } from '../support/eventually';
import type { ServiceUnderTest } from '../support/service';
import { standAt } from './clock';

export interface Token {
  readonly kind: 'token';
  readonly text: string;
  readonly subject: string;
  readonly sid: string | undefined;
  readonly jti: string;
  /** Seconds. */
  readonly iat: number;
  readonly exp: number;
}

export interface Key {
  readonly kind: 'key';
  readonly text: string;
  readonly id: string;
  readonly subject: string;
  readonly name: string;
  readonly scopes: readonly string[];
  /** Milliseconds. */
  readonly createdAt: number;
  readonly expiresAt: number | undefined;
}

export interface Module {
  readonly data: unknown;
  readonly version: number;
  readonly etag: string;
  readonly createdAt: string;
  readonly updatedAt: string;
}

/** Seconds by which clocks may differ, and what a token lives. */
export const TOLERANCE = 5;
const LIFETIME = 3600;
export const MODULES_PER_USER = 3;

/** All that the service is to know, as simply as it can be said. */
export class Model {
  readonly modules = new Map<string, Map<string, Module>>();
  readonly tokens: Token[] = [];
  readonly keys: Key[] = [];
  /** Keys that are there no more: by their owner, an administrator, or with their owner. */
  readonly deleted = new Set<Key>();
  /** `sid x`, `jti x`, `token x`. */
  readonly revoked = new Set<string>();
  /** When what the subject held was revoked last, in milliseconds. */
  readonly revokedAt = new Map<string, number>();
  /** Every ETag ever given: none comes twice. */
  readonly etags = new Set<string>();
  /** By how much the service's clock is wrong, in milliseconds; the issuer's is right. */
  skew = 0;

  constructor(
    /** Milliseconds since the epoch. */
    public now: number,
    readonly subjects: readonly string[],
    readonly admin: string,
  ) {
    for (const subject of subjects) this.modules.set(subject, new Map());
  }

  modulesOf(subject: string): Map<string, Module> {
    return this.modules.get(subject) ?? new Map<string, Module>();
  }

  get seconds(): number {
    return Math.floor(this.now / 1000);
  }

  /** Whether this still proves who calls. */
  accepts(credential: Token | Key): boolean {
    const at = this.revokedAt.get(credential.subject) ?? -Infinity;
    if (credential.kind === 'key') {
      const { expiresAt = Infinity, createdAt } = credential;
      return !this.deleted.has(credential) && expiresAt > this.now + this.skew && createdAt > at;
    }
    const { sid, jti, text, iat, exp } = credential;
    const names = [`jti ${jti}`, `token ${text}`, ...(sid === undefined ? [] : [`sid ${sid}`])];
    const seen = (this.now + this.skew) / 1000;
    const inTime = exp > seen - TOLERANCE && iat <= seen + TOLERANCE;
    return inTime && (iat - TOLERANCE) * 1000 > at && !names.some((name) => this.revoked.has(name));
  }
}

/** The service itself, which a restart replaces. */
export interface Real {
  service: ServiceUnderTest;
}

export interface Denial {
  readonly status: number;
  readonly code: string;
}

interface Needs {
  readonly owner?: string;
  readonly scope?: 'modules:read' | 'modules:write';
  readonly token?: boolean;
}

/** Why this request must fail before it does anything, in the order of the contract; undefined when it must not. */
export function denialOf(
  model: Model,
  credential: Token | Key,
  { owner, scope, token }: Needs,
): Denial | undefined {
  if (!model.accepts(credential)) return { status: 401, code: 'invalid_token' };
  if (token && credential.kind === 'key') return { status: 403, code: 'token_required' };
  if (owner !== undefined && owner !== credential.subject) return { status: 403, code: 'not_owner' };
  const lacks = scope && credential.kind === 'key' && !credential.scopes.includes(scope);
  return lacks ? { status: 403, code: 'insufficient_scope' } : undefined;
}

/**
 * A database that took longer than its deadline on a busy machine says nothing about the service, so that run is given up.
 * Of too many such runs in a row fast-check makes a failure.
 */
function giveUpWithoutStore(answer: Answer): void {
  fc.pre(answer.json?.code !== 'store_unavailable');
}

/** For `return expectDenial(...)`: a step ends where its request was refused. */
export function expectDenial(answer: Answer, { status, code }: Denial): undefined {
  giveUpWithoutStore(answer);
  assert.deepEqual({ status: answer.status, code: answer.json?.code }, { status, code });
}

export function expectStatus(answer: Answer, status: number): void {
  giveUpWithoutStore(answer);
  assert.equal(answer.status, status, answer.text);
}

export function calling({ service }: Real, credential: Token | Key): Caller {
  const { kind, text } = credential;
  return service.with(kind === 'key' ? { 'x-api-key': text } : { authorization: `Bearer ${text}` });
}

export function signIn(model: Model, { service }: Real, subject: string, sid: string | undefined): Token {
  const iat = model.seconds;
  const exp = iat + LIFETIME;
  const jti = `jti-${subject}-${String(model.tokens.length)}`;
  const scope = subject === model.admin ? 'revocations:write' : undefined;
  const text = service.issuer.token({ sub: subject, sid, jti, iat, exp, scope });
  return { kind: 'token', text, subject, sid, jti, iat, exp };
}

/**
 * Lets the service's clock tell what the model says. A service that started with a clock that was ahead may have to read
 * revocations again once it is put right, and says so: it is waited for.
 */
export async function setClock({ now, skew }: Model, { service }: Real): Promise<void> {
  standAt(now + skew);
  await eventually(async () => (await service.with({}).get('/health/ready')).status === 200);
}
