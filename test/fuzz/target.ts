import { strict as assert } from 'node:assert';
import { setImmediate } from 'node:timers/promises';
import fc, { type Arbitrary, type IAsyncProperty } from 'fast-check';

/** What is always to hold of one part, however odd its input. */
export interface FuzzTarget {
  /** For `--only`. */
  readonly name: string;
  /** Inputs of one batch: one or two seconds of them. */
  readonly runs: number;
  /** Left out where there is no MongoDB-compatible server. */
  readonly needsMongo?: boolean;
  /** Milliseconds that one input may take; more is a failure. Default: 10 000. */
  readonly maxMs?: number;
  /**
   * Starts what the property needs, once; `cleanUp` ends it. `replayPath` is what fast-check prints with a failing
   * sequence of commands.
   */
  open(replayPath?: string): Promise<FuzzProperty>;
}

/** Of any inputs: who runs it only hands it to fast-check. */
export type FuzzProperty = IAsyncProperty<unknown>;

const rejections: unknown[] = [];
let watching = false;

/** A property that also fails when its work leaves behind a rejection that nobody handles. */
export function property<Input>(
  inputs: Arbitrary<Input>,
  holds: (input: Input) => Promise<void>,
): FuzzProperty {
  if (!watching) process.on('unhandledRejection', (reason) => rejections.push(reason));
  watching = true;
  return fc.asyncProperty(inputs, async (input) => {
    await holds(input);
    await setImmediate();
    assert.deepEqual(rejections.splice(0), [], 'a rejection that nobody handled');
  });
}
