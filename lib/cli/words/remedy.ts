/** What is wrong and how to fix it: "The issuer answers 404: check its address." Neither part ends with a full stop. */
export interface Remedy {
  readonly says: string;
  readonly mend?: string;
}

export function sentence({ says, mend }: Remedy): string {
  return mend === undefined ? `${says}.` : `${says}: ${mend}.`;
}
