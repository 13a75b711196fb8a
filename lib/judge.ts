import type { Auth, Verifier } from './auth';

/** A verifier that returns the result without a promise if it is cached or verified synchronously. */
export type Judge<C = string> = (credential: C, signal?: AbortSignal) => Auth | Promise<Auth>;

const judges = new WeakMap<object, unknown>();

/** The judge as a public `Verifier`; our own decorators and middlewares get the judge back with `judgeOf`. */
export function asVerifier<C = string>(judge: Judge<C>): Verifier<C> {
  const verifier: Verifier<C> = async (credential, signal) => judge(credential, signal);
  judges.set(verifier, judge);
  return verifier;
}

/** Not `instanceof Promise`: a promise of the host may come from another realm or library. */
export function isPending<T extends object>(answer: T | Promise<T>): answer is Promise<T> {
  return 'then' in answer && typeof answer.then === 'function';
}

/** A host's own verifier is returned as it is. */
export function judgeOf<C>(verifier: Verifier<C>): Judge<C> {
  return (judges.get(verifier) as Judge<C> | undefined) ?? verifier;
}
