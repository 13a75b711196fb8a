import type { Request, Response } from 'express';
import type { Auth, User } from '../auth';
import type { ChallengeSchemes, SallyportError } from '../errors';
import type { OnEvent } from '../events';
import { FieldsOf } from '../private-fields';
import type { Gate } from './gates';

/** Told of a refusal when it happens; may answer with another error to refuse with, such as a 429. */
export type RefusalListener = (
  error: SallyportError,
  request: Request,
  response: Response,
) => SallyportError | undefined | Promise<SallyportError | undefined>;

/** Asked about a proven caller before anything is written for the request; the error to refuse with, such as a 429. */
export type Admission = (auth: Auth, request: Request, response: Response) => SallyportError | undefined;

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
  /** Who wants to hear of a refusal before it is answered. */
  listeners: RefusalListener[] = NONE;
  /** Who may refuse a caller whose token is good before the proof of this request is remembered. */
  admissions: readonly Admission[] = NONE;
  /** What must let the request in before its proof is judged. */
  gates: readonly Gate[] = NONE;
  /** The limiters that have counted the request. */
  countedBy: object[] = NONE;
  /** What was accepted with the request, and by which middleware instance. */
  private accepted: Accepted[] = NONE;

  listen(listener: RefusalListener): void {
    if (this.listeners.includes(listener)) return;
    if (this.listeners === NONE) this.listeners = [];
    this.listeners.push(listener);
  }

  admitBy(admission: Admission): void {
    if (!this.admissions.includes(admission)) this.admissions = [...this.admissions, admission];
  }

  accept(by: object, credential: string): void {
    if (this.hasAccepted(by, credential)) return;
    if (this.accepted === NONE) this.accepted = [];
    this.accepted.push({ by, credential });
  }

  /** Without `credential`: whichever it was. */
  hasAccepted(by: object, credential?: string): boolean {
    return this.accepted.some(
      (one) => one.by === by && (credential === undefined || one.credential === credential),
    );
  }

  /** False when that limiter has counted the request before. */
  countOnce(limiter: object): boolean {
    if (this.countedBy.includes(limiter)) return false;
    if (this.countedBy === NONE) this.countedBy = [];
    this.countedBy.push(limiter);
    return true;
  }
}

interface Accepted {
  readonly by: object;
  readonly credential: string;
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
