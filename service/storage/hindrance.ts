/** Why a store can't be used at the moment. Nothing that a library or a server said is in it. */
export interface Hindrance {
  /** For searches and alerts. `unusable`: an operator has to mend the store itself. */
  readonly kind:
    'dns' | 'refused' | 'silent' | 'closed' | 'tls' | 'no_primary' | 'denied' | 'full' | 'unusable' | 'other';
  /** A sentence for the operator. */
  readonly says: string;
}

/** Told what hinders when that changes, and undefined when nothing does any more. */
export type OnHindrance = (hindrance: Hindrance | undefined) => void;

/** Passes on what is new: of an outage that lasts, the first of all equal ones, and its end. */
export function changesOnly(tell: OnHindrance): OnHindrance {
  let last: string | undefined;
  return (hindrance) => {
    if (hindrance?.says === last) return;
    last = hindrance?.says;
    tell(hindrance);
  };
}
