/**
 * A constructor that gives the object it was given: a class that extends it adds its private fields to that object. Nothing
 * outside of that class can read, forge or copy them, and the garbage collector treats them like any other field, where
 * each entry of a WeakMap costs it extra work for as long as both live.
 */
export const FieldsOf = given as unknown as new (owner: object) => object;

function given(owner: object): object {
  return owner;
}
