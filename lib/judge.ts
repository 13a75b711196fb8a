import type { Auth, Verifier } from './auth';

/** A verifier that answers at once where nothing has to be waited for: what is cached, what is verified on the loop. */
export type Judge<C = string> = (credential: C, signal?: AbortSignal) => Auth | Promise<Auth>;

const judges = new WeakMap<object, unknown>();

/** The judge as a `Verifier`, which everybody may call; our own decorators and middlewares find the judge in it again. */
export function asVerifier<C = string>(judge: Judge<C>): Verifier<C> {
  const verifier: Verifier<C> = async (credential, signal) => judge(credential, signal);
  judges.set(verifier, judge);
  return verifier;
}

/** Not `instanceof Promise`: a host's promise may be of another realm or library. */
export function isPending<T extends object>(answer: T | Promise<T>): answer is Promise<T> {
  return 'then' in answer && typeof answer.then === 'function';
}

/** A host's own verifier is its own judge. */
export function judgeOf<C>(verifier: Verifier<C>): Judge<C> {
  return (judges.get(verifier) as Judge<C> | undefined) ?? verifier;
}
