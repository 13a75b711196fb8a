import type { Identity, User } from '../auth';
import { identityKey } from '../identity';
import type { UserRecord } from '../users/user-record';
import { digestOf } from './digest';
import type { Definition } from './documents';

/** One document for each identity, living or erased: what happens to it happens in one atomic step. */
export interface UserDocument {
  /** Digest of the identity: its unique index lets one of many racing first requests through. */
  readonly _id: string;
  /** JSON of issuer and subject. */
  readonly identity: string;
  readonly living?: Omit<User, 'issuer' | 'subject'>;
  readonly filledAt?: number;
  readonly tombstones: readonly { readonly userId?: string; readonly erasedAt: number }[];
  /** Of the latest tombstone. */
  readonly buriedAt?: number;
  /** Counts writes: one that is based on what was read is refused when another came between. */
  readonly revision: number;
}

export const USERS: Definition = {
  name: 'users',
  indexes: [{ key: { buriedAt: 1 } }],
};

export function userKey({ issuer, subject }: Identity): string {
  return digestOf(issuer, subject);
}

export function documentOf(
  identity: Identity,
  { living, filledAt, tombstones }: UserRecord,
  revision: number,
): UserDocument {
  const buriedAt = tombstones.at(-1)?.erasedAt;
  return {
    _id: userKey(identity),
    identity: identityKey(identity),
    ...(living && { living: withoutIdentity(living) }),
    ...(filledAt !== undefined && { filledAt }),
    tombstones: tombstones.map(({ userId, erasedAt }) => ({
      ...(userId !== undefined && { userId }),
      erasedAt,
    })),
    ...(buriedAt !== undefined && { buriedAt }),
    revision,
  };
}

export function recordOf(document: UserDocument): UserRecord {
  const [issuer, subject] = JSON.parse(document.identity) as [string, string];
  const { living, filledAt } = document;
  const tombstones = document.tombstones.map(({ userId, erasedAt }) =>
    Object.freeze({ issuer, subject, userId, erasedAt }),
  );
  return {
    ...(living && { living: Object.freeze({ issuer, subject, ...withoutIdentity(living) }) }),
    ...(filledAt !== undefined && { filledAt }),
    tombstones: Object.freeze(tombstones),
  };
}

type Living = NonNullable<UserDocument['living']>;

function withoutIdentity({ id, email, name, createdAt }: Living): Living {
  return { id, ...(email !== undefined && { email }), ...(name !== undefined && { name }), createdAt };
}
