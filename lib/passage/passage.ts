import type { Request } from 'express';
import type { Auth, User } from '../auth';
import type { ChallengeSchemes } from '../errors';
import type { OnEvent } from '../events';
import { FieldsOf } from '../private-fields';
import type { Limit } from './limits';

/**
 * All that is known of one request on its way: made once, by whichever of our middlewares sees it first, and read and
 * written by all of them. It is kept where nothing else can reach it: `req.auth` and `req.user` are for reading. Nothing in
 * it may hold the request or the response: the garbage collector would find both of them in use for much longer.
 */
export class Passage {
  auth: Auth | undefined = undefined;
  /** The middleware instance that answers for `auth`. */
  provenBy: object | undefined = undefined;
  user: User | undefined = undefined;
  /** The user that we put into `req.user`; undefined where the host has its own there. */
  shown: User | undefined = undefined;
  /** Whether it came without credentials to a route that serves guests too. */
  guest = false;
  /** How guards tell that they refuse the request: as the middleware does that proved it. */
  tell: OnEvent | undefined = undefined;
  /** The schemes that a challenge offers; undefined: Bearer alone. */
  schemes: ChallengeSchemes | undefined = undefined;
  /** Where the metadata of the resource is served that the request is for. */
  resourceMetadata: string | undefined = undefined;
  /** The DPoP proof that was accepted with this request: it counts once, and the request may be judged again. */
  acceptedProof: string | undefined = undefined;
  /** Whether the host was told that the request is refused. */
  told = false;
  /** Known once something had to name the request: see `requestIdOf`. */
  requestId: string | undefined = undefined;
  /** The limits that the request comes by on its way to `authenticate`. */
  limits: readonly Limit[] = NONE;
  /** The limiters that have counted the request. */
  countedBy: object[] = NONE;
  /** What was accepted with the request, the latest first. */
  private accepted: Accepted | undefined = undefined;

  accept(by: object, credential: string): void {
    if (!this.hasAccepted(by, credential)) this.accepted = { by, credential, before: this.accepted };
  }

  /** Without `credential`: whichever it was. */
  hasAccepted(by: object, credential?: string): boolean {
    for (let one = this.accepted; one; one = one.before) {
      if (one.by === by && (credential === undefined || one.credential === credential)) return true;
    }
    return false;
  }

  /** False when that limiter has counted the request before. */
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
    if (!(#passage in kept)) new Kept(request);
    return kept.#passage;
  }
}

export function passageOf(request: Request): Passage {
  return Kept.of(request);
}
