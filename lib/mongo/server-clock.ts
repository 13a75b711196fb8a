/** The server's clock in an update pipeline, in milliseconds since the epoch. Instances' own clocks are not used. */
export const SERVER_NOW = { $toLong: '$$NOW' } as const;

export function serverTimeIn(ms: number): { readonly $add: readonly unknown[] } {
  return { $add: [SERVER_NOW, ms] };
}

/** For a field with a TTL index: the server deletes the document some time after this. */
export function serverDateIn(ms: number): { readonly $add: readonly unknown[] } {
  return { $add: ['$$NOW', ms] };
}
