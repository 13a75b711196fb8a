import type { Identity, User } from '../auth';
import { identityKey } from '../identity';
import type { UserRecord } from '../users/user-record';
import { digestOf } from './digest';
import type { Definition } from './documents';

/** One document per identity, living or erased, so that each change is one atomic update. */
export interface UserDocument {
  /** Digest of the identity: its unique index lets only one of several concurrent first requests create the user. */
  readonly _id: string;
  /** JSON of issuer and subject. */
  readonly identity: string;
  readonly living?: Omit<User, 'issuer' | 'subject'>;
  readonly filledAt?: number;
  readonly tombstones: readonly { readonly userId?: string; readonly erasedAt: number }[];
  /** Of the latest tombstone. */
  readonly buriedAt?: number;
  /** Counts writes, for optimistic locking: a write is refused if another came after its read. */
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
