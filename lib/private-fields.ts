/**
 * A constructor that returns the object it is given: a class that extends it adds its private fields to that object. No
 * code outside of that class can read, forge or copy them. To the garbage collector they are ordinary fields, whereas
 * each entry of a WeakMap is extra work in every collection.
 */
export const FieldsOf = given as unknown as new (owner: object) => object;

function given(owner: object): object {
  return owner;
}
