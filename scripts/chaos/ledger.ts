/** What was acknowledged, and so has to be there. */
export interface Ledger {
  /** A name that no module had. */
  newModule(): string;
  acknowledged(subject: string, moduleId: string, data: object): void;
  forget(subject: string): void;
  readonly size: () => number;
  /** How many acknowledged modules are not there, or not as they were acknowledged. */
  missing(listOf: (subject: string) => Promise<ReadonlyMap<string, string>>): Promise<number>;
}

/** Each save is a module of its own: none is overwritten by one that was never acknowledged and came late. */
export function createLedger(): Ledger {
  const saved = new Map<string, Map<string, string>>();
  let count = 0;
  return {
    newModule: () => `m${String(count++)}`,
    acknowledged(subject, moduleId, data) {
      const own = saved.get(subject) ?? new Map<string, string>();
      saved.set(subject, own.set(moduleId, JSON.stringify(data)));
    },
    forget: (subject) => void saved.delete(subject),
    size: () => [...saved.values()].reduce((sum, own) => sum + own.size, 0),
    async missing(listOf) {
      let missing = 0;
      for (const [subject, own] of saved) {
        const kept = await listOf(subject);
        missing += [...own].filter(([moduleId, data]) => kept.get(moduleId) !== data).length;
      }
      return missing;
    },
  };
}
