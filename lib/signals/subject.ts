import type { RevocationTarget } from '../revocations/revocations';
import { isName } from '../tokens/claims';
import type { IssuerNames } from '../tokens/issuer-names';
import { asMembers, memberOf, type Members } from './members';

/** What an event revokes: one session, or all tokens and API keys of an account. */
export type Concern = 'session' | 'account';

export interface SubjectContext {
  readonly names: IssuerNames;
  /** The subject's issuer: tokens of another cannot be revoked. */
  readonly issuer: string;
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly concern: Concern;
}

/**
 * What a subject identifier (RFC 9493) names: `iss_sub` of the issuer itself, `opaque`, or `complex` with a `session` or
 * `user`. Drafts before it say `subject_type` and hyphens, and leave `complex` out. Undefined for any other.
 */
export function targetsOf(subject: unknown, context: SubjectContext): RevocationTarget[] | undefined {
  const members = asMembers(subject);
  if (!members) return undefined;
  switch (formatOf(members)) {
    case 'iss_sub':
      return ofIssuer(members, context);
    case 'opaque':
      return opaque(members, context);
    case 'complex':
      return complex(members, context);
    default:
      return undefined;
  }
}

function formatOf(members: Members): string | undefined {
  const { format = members['subject_type'] } = members;
  if (typeof format === 'string') return format.replaceAll('-', '_');
  return (memberOf(members, 'user') ?? memberOf(members, 'session')) ? 'complex' : undefined;
}

function ofIssuer({ iss, sub }: Members, context: SubjectContext): RevocationTarget[] | undefined {
  if (typeof iss !== 'string' || context.names.named(iss) !== context.issuer || !isOfClaim(sub))
    return undefined;
  return [subject(sub, context)];
}

/** The id of a session event may be that of the session or of its user: both are revoked, one without effect. */
function opaque({ id }: Members, context: SubjectContext): RevocationTarget[] | undefined {
  if (!isOfClaim(id)) return undefined;
  return context.concern === 'session'
    ? [session(id, context), subject(id, context)]
    : [subject(id, context)];
}

/** The members together name one subject (Shared Signals Framework 1.0 section 3): with `session`, only that session. */
function complex(members: Members, context: SubjectContext): RevocationTarget[] | undefined {
  const ended = context.concern === 'session' ? memberOf(members, 'session') : undefined;
  if (!ended) return targetsOf(simple(members['user']), { ...context, concern: 'account' });
  const { id } = ended;
  return formatOf(ended) === 'opaque' && isOfClaim(id) ? [session(id, context)] : undefined;
}

/** Undefined for a nested `complex` subject, since nothing limits its depth. */
function simple(user: unknown): unknown {
  return formatOf(asMembers(user) ?? {}) === 'complex' ? undefined : user;
}

function session(value: string, { issuer }: SubjectContext): RevocationTarget {
  return { by: 'sid', issuer, value };
}

function subject(value: string, { issuer, at }: SubjectContext): RevocationTarget {
  return { by: 'subject', issuer, value, at };
}

/** What a token's `sub` or `sid` may be. */
function isOfClaim(value: unknown): value is string {
  return isName(value) && value.length <= 255;
}
