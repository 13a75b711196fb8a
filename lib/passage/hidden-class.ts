import { types } from 'node:util';

/**
 * Express replaces the prototype of each request and response. Objects whose prototype was replaced share no hidden
 * class in V8 before version 13 (Node 24): for each property that is added later, V8 creates one, and no inline cache
 * has seen it. In a short request this is the largest cost.
 */
const affected = isBefore(13);

function isBefore(version: number): boolean {
  // Other runtimes may not name a version.
  const { v8 } = process.versions as { readonly v8?: string };
  return v8 !== undefined && Number.parseInt(v8, 10) < version;
}

/**
 * Makes V8 store the properties of such an object in a hash table ("dictionary mode"): objects in this mode share a
 * hidden class, and adding a property does not change it. `name` is a property that is deleted for that and defined
 * again: nothing but the order of the properties changes. Other objects are left alone: they are faster as they are.
 * So are proxies, whose handler may refuse one of the two steps.
 */
export function useDictionary(object: object, name: string): void {
  if (!affected || types.isProxy(object) || !isReplaced(object) || !Object.isExtensible(object)) return;
  const property = Reflect.getOwnPropertyDescriptor(object, name);
  if (property && Reflect.deleteProperty(object, name)) {
    Reflect.defineProperty(object, name, property);
  }
}

/** Whether its prototype is another one than its constructor gave it. */
function isReplaced(object: { readonly constructor?: { readonly prototype?: unknown } }): boolean {
  return Object.getPrototypeOf(object) !== object.constructor?.prototype;
}
