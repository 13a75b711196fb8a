import fc, { type Arbitrary, type AsyncCommand } from 'fast-check';
import type { Key, Model, Real, Token } from './world';

export type Step = AsyncCommand<Model, Real>;

/** A command that shows in a report what it was made of. */
export function step<Input>(
  name: string,
  inputs: Arbitrary<Input>,
  run: (input: Input, model: Model, real: Real) => Promise<void>,
  check: (model: Readonly<Model>) => boolean = () => true,
): Arbitrary<Step> {
  return inputs.map((input) => ({
    check,
    run: (model, real) => run(input, model, real),
    toString: () => `${name}(${JSON.stringify(input)})`,
  }));
}

/** A place in a list whose length only the run knows; the latest are asked for most. */
export const place = fc.oneof(fc.nat({ max: 3 }), fc.nat({ max: 30 }));

/** From behind, so that shrinking leads to the latest. */
export function at<Item>(list: readonly Item[], index: number): Item {
  const item = list[list.length - 1 - (index % list.length)];
  if (item === undefined) throw new RangeError('an empty list');
  return item;
}

/** Whose, and whether by token or key. */
export const credential = fc.record({ by: fc.constantFrom('token', 'token', 'key'), index: place });

export type Chosen = typeof credential extends Arbitrary<infer One> ? One : never;

/** A token where there is no key yet. */
export function chosen(model: Model, { by, index }: Chosen): Token | Key {
  return by === 'key' && model.keys.length > 0 ? at(model.keys, index) : at(model.tokens, index);
}
