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
  /** The issuer of the instance that sends: users and sessions of any other are out of its reach. */
  readonly issuer: string;
  /** Where the ids of handled webhooks are kept, shared by all instances. */
  readonly replays: ReplayStore;
  /** `user.created` and `user.updated` fill these. */
  readonly users: Pick<UserStore, 'fill'>;
  /** `session.ended`, `session.removed` and `session.revoked` refuse the session's tokens. */
  readonly revocations: Pick<Revocations, 'revoke'>;
  /** `user.deleted`: erases all there is of the user and refuses their earlier tokens. Must bear a repeat. */
  readonly erase: (identity: Identity) => Promise<void>;
  /** Default 262144. */
  readonly maxBytes?: number;
  /** Milliseconds for the whole body. Default 5000. */
  readonly timeoutMs?: number;
  /** Addresses and CIDR ranges of which more than ten bodies are awaited at once. */
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
 * Answers 204 once the effect is durable, for repeats and for events that need no action; failures go to the
 * error handler. Headers are checked before the body is read; a body that is late is 408, and of one address ten bodies
 * are awaited at once, further ones are 429.
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
    // Of one address only so many bodies are awaited: whoever has signed theirs well needs no place for what follows.
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
      // So that `rateLimit({ by: 'address' })` in front of this one counts it.
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
