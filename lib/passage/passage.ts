import type { Request } from 'express';
import type { Auth, User } from '../auth';
import type { ChallengeSchemes } from '../errors';
import type { OnEvent } from '../events';
import { FieldsOf } from '../private-fields';
import { useDictionary } from './hidden-class';
import type { Limit } from './limits';

/**
 * The state of one request: created by the first middleware of this package that sees the request, and shared by all of
 * them. Other code cannot reach it; `req.auth` and `req.user` are for reading only. Must not hold the request or the
 * response, which would delay their garbage collection.
 */
export class Passage {
  auth: Auth | undefined = undefined;
  /** The middleware instance that has proven `auth`. */
  provenBy: object | undefined = undefined;
  user: User | undefined = undefined;
  /** The user that we put into `req.user`; undefined where the host has its own there. */
  shown: User | undefined = undefined;
  /** Whether the request has no credentials and its route allows guests (`port.optional`). */
  guest = false;
  /** The `onEvent` of the middleware that proved the caller, which guards use for their refusals too. */
  tell: OnEvent | undefined = undefined;
  /** The schemes that a challenge offers; undefined: Bearer alone. */
  schemes: ChallengeSchemes | undefined = undefined;
  /** URL of the metadata of the protected resource (RFC 9728). */
  resourceMetadata: string | undefined = undefined;
  /** The DPoP proof that was accepted with this request. Its `jti` counts once, but the request may be judged again. */
  acceptedProof: string | undefined = undefined;
  /** Whether the event `refused` was emitted for the request. */
  told = false;
  /** Set at the first use of `requestIdOf`. */
  requestId: string | undefined = undefined;
  /** The limits that are mounted before `authenticate`, in their order. */
  limits: readonly Limit[] = NONE;
  /** Whether its credential was accepted before and is verified again: then no limit counts or refuses it. */
  isJudgedAgain = false;
  /** The limiters that have counted the request. */
  countedBy: object[] = NONE;
  /** A linked list of the credentials that were accepted with the request, the latest first. */
  private accepted: Accepted | undefined = undefined;

  accept(by: object, credential: string): void {
    if (!this.hasAccepted(by, credential)) this.accepted = { by, credential, before: this.accepted };
  }

  /** Without `credential`: any credential. */
  hasAccepted(by: object, credential?: string): boolean {
    for (let one = this.accepted; one; one = one.before) {
      if (one.by === by && (credential === undefined || one.credential === credential)) return true;
    }
    return false;
  }

  /** False if the limiter has counted the request before. */
  countOnce(limiter: object): boolean {
    if (this.countedBy.includes(limiter)) return false;
    if (this.countedBy === NONE) this.countedBy = [];
    this.countedBy.push(limiter);
    return true;
  }
}

/** A credential, and the middleware instance that accepted it. */
interface Accepted {
  readonly by: object;
  readonly credential: string;
  readonly before: Accepted | undefined;
}

/** Most requests need none of the lists. */
const NONE: never[] = [];
Object.freeze(NONE);

/** Keeps the passage in a private field of the request itself. */
class Kept extends FieldsOf {
  readonly #passage = new Passage();

  static of(request: Request): Passage {
    const kept = request as object as Kept;
    if (!(#passage in kept)) {
      shareHiddenClasses(request);
      new Kept(request);
    }
    return kept.#passage;
  }
}

/** Any property that all requests and responses have will do. */
function shareHiddenClasses(request: Request): void {
  useDictionary(request, 'statusCode');
  if (request.res) useDictionary(request.res, 'sendDate');
}

export function passageOf(request: Request): Passage {
  return Kept.of(request);
}
