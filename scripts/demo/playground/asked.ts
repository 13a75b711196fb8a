/** What the page may have sent to the service on its behalf. */
export interface Asked {
  readonly method: 'GET' | 'POST' | 'DELETE';
  readonly path: string;
  readonly credential:
    { readonly kind: 'none' } | { readonly kind: 'token' | 'api-key'; readonly value: string };
  readonly body: string | undefined;
}

/** The page is not trusted with more than it needs: a path of the API, and values that a header can hold. */
const PATH = /^\/api\/[A-Za-z0-9._~%/-]{1,300}(\?[A-Za-z0-9._~%=&-]{0,200})?$/;
const HEADER_VALUE = /^[\x21-\x7e]{1,16000}$/;

/** Undefined for what is not of that form. */
export function readAsked(given: unknown): Asked | undefined {
  if (!isRecord(given)) return undefined;
  const { method, path, body } = given;
  const credential = readCredential(given['credential']);
  if (!credential || !isMethod(method)) return undefined;
  if (typeof path !== 'string' || !PATH.test(path)) return undefined;
  if (body !== undefined && typeof body !== 'string') return undefined;
  return { method, path, credential, body };
}

function readCredential(given: unknown): Asked['credential'] | undefined {
  if (!isRecord(given)) return undefined;
  const { kind, value } = given;
  if (kind === 'none') return { kind };
  if (kind !== 'token' && kind !== 'api-key') return undefined;
  return typeof value === 'string' && HEADER_VALUE.test(value) ? { kind, value } : undefined;
}

function isMethod(given: unknown): given is Asked['method'] {
  return given === 'GET' || given === 'POST' || given === 'DELETE';
}

export function isRecord(given: unknown): given is Readonly<Record<string, unknown>> {
  return typeof given === 'object' && given !== null && !Array.isArray(given);
}
