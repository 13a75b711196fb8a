import type { Request, RequestHandler, Response } from 'express';
import type { Identity } from '../auth';
import { SallyportError } from '../errors';
import { toNext } from '../passage/failure';
import { refused } from '../passage/refusals';
import { refuseUnknown } from '../options';
import { once } from '../replays/once';
import type { ReplayStore } from '../replays/replay-store';
import type { Revocations } from '../revocations/revocations';
import { guarded } from '../stores/guarded';
import type { UserStore } from '../users/user-store';
import { addressPlaces } from '../webhooks/address-places';
import { rawBody } from '../webhooks/raw-body';
import { readClerkEvent, type ClerkEffect } from './clerk-event';
import { signatureCheck, svixHeaders } from './svix';

export interface ClerkWebhookOptions {
  /** The endpoint's signing secret, as Clerk's dashboard shows it: `whsec_...`. */
  readonly secret: string;
  /** The issuer of the instance that sends the webhooks; they affect users and sessions of this issuer only. */
  readonly issuer: string;
  /** Stores the ids of handled webhooks, for all instances. */
  readonly replays: ReplayStore;
  /** Updated by `user.created` and `user.updated`. */
  readonly users: Pick<UserStore, 'fill'>;
  /** Revokes the session's tokens on `session.ended`, `session.removed` and `session.revoked`. */
  readonly revocations: Pick<Revocations, 'revoke'>;
  /** On `user.deleted`: erases the user's data and refuses their earlier tokens. Must be idempotent. */
  readonly erase: (identity: Identity) => Promise<void>;
  /** Maximum size of the body in bytes. Default 262144. */
  readonly maxBytes?: number;
  /** Timeout in milliseconds for receiving the whole body. Default 5000. */
  readonly timeoutMs?: number;
  /** Addresses and CIDR ranges without the limit of ten bodies received at once. */
  readonly exempt?: readonly string[];
}

const OPTIONS = [
  'secret',
  'issuer',
  'replays',
  'users',
  'revocations',
  'erase',
  'maxBytes',
  'timeoutMs',
  'exempt',
] as const satisfies readonly (keyof ClerkWebhookOptions)[];

const PARTS = [
  ['replays', 'claim'],
  ['users', 'fill'],
  ['revocations', 'revoke'],
] as const;

/**
 * Receives Clerk's webhooks. Mount it with `app.post` before any body parser: the signature covers the body's bytes.
 * Answers 204 once the effect is durable, and for repeats and events that need no action; failures go to the error
 * handler. Headers are checked before the body is read. A body that takes longer than `timeoutMs` is refused with 408;
 * an address may send ten bodies at once, further ones are refused with 429.
 *
 * @throws {TypeError} at mount, for an option that is unknown, missing or malformed.
 *
 * @example
 * app.post('/webhooks/clerk', clerkWebhook({ secret, issuer, replays, users, revocations, erase }));
 */
export function clerkWebhook(options: ClerkWebhookOptions): RequestHandler {
  checkOptions(options);
  const { issuer, maxBytes = 262_144, timeoutMs = 5000, exempt = [] } = options;
  const replays = guarded(options.replays, { name: 'replays' });
  const checkSignature = signatureCheck(options.secret);
  const bringAbout = effects(options);
  const takePlace = addressPlaces({ room: 'clerkWebhook', exempt, retryAfter: Math.ceil(timeoutMs / 1000) });

  async function receive(request: Request): Promise<void> {
    const headers = svixHeaders(request);
    // Limits unverified bodies per address only: the place is free again before the signature is checked.
    const giveBack = takePlace(request);
    const body = await rawBody(request, { maxBytes, timeoutMs, room: 'clerkWebhook' }).finally(giveBack);
    checkSignature(body, headers);
    const effect = readClerkEvent(body);
    if (effect) await once(replays, JSON.stringify(['svix', issuer, headers.id]), () => bringAbout(effect));
  }

  async function answer(request: Request, response: Response): Promise<void> {
    try {
      await receive(request);
    } catch (error) {
      // So that `rateLimit({ by: 'address' })` mounted before this counts the refusal.
      throw error instanceof SallyportError ? await refused(request, response, error) : error;
    }
    response.status(204).end();
  }

  return function receiveClerkWebhook(request, response, next) {
    return toNext(answer(request, response), next);
  };
}

function checkOptions(options: ClerkWebhookOptions): void {
  refuseUnknown('clerkWebhook', options, OPTIONS);
  for (const [name, method] of PARTS) {
    const part = options[name] as Readonly<Record<string, unknown>> | undefined;
    if (typeof part?.[method] !== 'function') throw misuse(name, `an object with the method ${method}`);
  }
  const { issuer, erase, maxBytes = 1, timeoutMs = 1 } = options;
  if (typeof issuer !== 'string' || issuer === '') throw misuse('issuer', 'a non-empty string');
  if (typeof (erase as unknown) !== 'function') throw misuse('erase', 'a function');
  for (const [name, number] of Object.entries({ maxBytes, timeoutMs })) {
    if (!Number.isInteger(number) || number < 1) throw misuse(name, 'a whole number from 1');
  }
}

function effects({ issuer, users, revocations, erase }: ClerkWebhookOptions) {
  return async function bringAbout(effect: ClerkEffect): Promise<void> {
    switch (effect.type) {
      case 'fill':
        await users.fill({ issuer, subject: effect.subject }, effect.profile, effect.updatedAt);
        return;
      case 'erase':
        await erase({ issuer, subject: effect.subject });
        return;
      case 'end-session':
        await revocations.revoke([{ by: 'sid', issuer, value: effect.sid }]);
    }
  };
}

function misuse(option: string, expected: string): TypeError {
  return new TypeError(`clerkWebhook: "${option}" must be ${expected}`);
}
