import type { World } from './world';

export interface Scenario {
  readonly name: string;
  /** For the table: what is done to the service, and what it has promised for that case. */
  readonly done: string;
  readonly promised: string;
  /** Resolves with what was seen when that is as promised; throws `NotAsPromised` otherwise. */
  run(world: World): Promise<string>;
}

export class NotAsPromised extends Error {}

/** What was seen, if it is as promised. */
export function seen(asPromised: boolean, what: string): string {
  if (!asPromised) throw new NotAsPromised(what);
  return what;
}
