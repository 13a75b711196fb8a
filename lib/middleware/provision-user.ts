import type { RequestHandler } from 'express';
import type { Auth } from '../auth';
import { SallyportError } from '../errors';
import { safely, type OnEvent } from '../events';
import { DEFAULT_CLOCK_TOLERANCE, refuseUnknown } from '../options';
import { provenanceOf } from '../provenance';
import type { KnownUsers } from '../users/known-users';
import { userDirectory } from '../users/user-directory';
import type { UserStore } from '../users/user-store';
import { toNext } from '../passage/failure';
import { passageOf } from '../passage/passage';
import { authOf, setUser } from '../passage/proof';
import { refused, tellRefused } from '../passage/refusals';

export interface ProvisionUserOptions {
  /** A user store, or a `userDirectory` that the host also uses elsewhere. */
  readonly users: UserStore | KnownUsers;
  /** Seconds by which the issuer's clock may be ahead. Default 5. */
  readonly clockTolerance?: number;
  readonly onEvent?: OnEvent;
}

/**
 * Gets or creates the user of the authenticated caller: exactly one for an issuer and subject. `userOf(request)`
 * returns it, and it is set as `req.user` unless the host has a value there. Users are cached, so a known user needs no
 * call to the store. Answers 503 `store_unavailable` if the store cannot be reached.
 *
 * @example
 * app.use('/api', authenticate({ verifier }), provisionUser({ users: memoryUsers() }));
 *
 * @throws {StoreUnavailableError} 503, passed to the error handler.
 */
export function provisionUser(options: ProvisionUserOptions): RequestHandler {
  refuseUnknown('provisionUser', options, ['users', 'clockTolerance', 'onEvent']);
  const { clockTolerance = DEFAULT_CLOCK_TOLERANCE } = options;
  if (!(Number.isFinite(clockTolerance) && clockTolerance >= 0)) {
    throw new TypeError('provisionUser: "clockTolerance" must be seconds, from 0');
  }
  const { onEvent } = options;
  const users = userDirectory(options.users, onEvent);
  const tell = onEvent && safely(onEvent);

  return function provisionRequest(request, response, next) {
    const auth = authOf(request);
    const { issuer, subject } = auth;
    const identity = { issuer, subject };
    const issued = issuedAt(auth, clockTolerance);
    const known = users.recall?.(identity, issued, provenanceOf(auth)?.identity);
    if (known) {
      setUser(request, known);
      next();
      return;
    }
    // Before the store is awaited: another verification of this request may start meanwhile.
    const { isJudgedAgain } = passageOf(request);
    const outcome = users.getOrCreate(identity, issued).then(
      (user) => {
        setUser(request, user);
        next();
      },
      async (error: unknown) => {
        if (!(error instanceof SallyportError)) throw error;
        // Such as the token of an erased user, which a limit by subject that is mounted before must count.
        const answer = isJudgedAgain ? error : await refused(request, response, error);
        tellRefused(request, response, answer, tell);
        throw answer;
      },
    );
    return toNext(outcome, next);
  };
}

/** Milliseconds since the epoch: when the credential was issued at the earliest; without a time, before the epoch. */
function issuedAt(auth: Auth, clockTolerance: number): number {
  const seconds = auth.kind === 'api-key' ? provenanceOf(auth)?.keyCreatedAt : auth.payload.iat;
  return ((seconds ?? 0) - clockTolerance) * 1000;
}
