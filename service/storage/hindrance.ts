/** Why a store can't be used at the moment. Contains no text from libraries or servers, which may include secrets. */
export interface Hindrance {
  /** For searches and alerts. `unusable`: an operator has to correct the store. */
  readonly kind:
    'dns' | 'refused' | 'silent' | 'closed' | 'tls' | 'no_primary' | 'denied' | 'full' | 'unusable' | 'other';
  /** A sentence for the operator. */
  readonly says: string;
}

/** Called when the reason changes, and with undefined once the store can be used. */
export type OnHindrance = (hindrance: Hindrance | undefined) => void;

/** Passes on changes only: repeated equal reasons are dropped. */
export function changesOnly(tell: OnHindrance): OnHindrance {
  let last: string | undefined;
  return (hindrance) => {
    if (hindrance?.says === last) return;
    last = hindrance?.says;
    tell(hindrance);
  };
}
