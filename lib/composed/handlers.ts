import type { RequestHandler } from 'express';
import type { Extractor } from '../credentials/extractor';
import { authenticate } from '../middleware/authenticate';
import { provisionUser } from '../middleware/provision-user';
import { rateLimit } from '../middleware/rate-limit';
import type { AnyOptions } from '../sallyport-options';
import type { Possession } from '../passage/possession';
import type { KnownUsers } from '../users/known-users';
import { credentialVerifier } from './credential-verifier';
import { toleranceOf, type Keyed } from './keyed-issuers';

/** The handlers of a chain, in the order in which a request passes them. */
export function handlers(
  options: AnyOptions & { readonly credentials: readonly Extractor[] },
  issuers: readonly Keyed[],
  users: KnownUsers | undefined,
  possession: Possession | undefined,
): RequestHandler[] {
  const { addressLimit, subjectLimit, realm, onEvent } = options;
  const told = onEvent && { onEvent };
  const address = addressLimit === false ? [] : [rateLimit({ by: 'address', ...addressLimit, ...told })];
  const subject = subjectLimit === false ? undefined : rateLimit({ by: 'subject', ...subjectLimit, ...told });
  return [
    ...address,
    ...(subject ? [subject.refusals] : []),
    authenticate({
      credentials: options.credentials,
      verifier: credentialVerifier(options, issuers, possession !== undefined),
      ...(possession && { possession }),
      ...(realm !== undefined && { realm }),
      ...told,
    }),
    ...(users ? [provisionUser({ users, clockTolerance: toleranceOf(issuers) })] : []),
    ...(subject ? [subject] : []),
  ];
}
