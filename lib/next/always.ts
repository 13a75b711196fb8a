/**
 * Headers of every answer of the proxy, whatever the service sends: the answer is for one user, so no shared cache may
 * keep it, and the browser must not sniff its type, since a script on the app's origin would have the user's session.
 */
export const ALWAYS = {
  'cache-control': 'private, no-store',
  'x-content-type-options': 'nosniff',
} as const;
