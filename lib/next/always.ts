/**
 * On every answer of the proxy, whatever the service says of its own: it is one user's, and a browser must not guess at
 * its type, since on the app's origin a script would have the user's session.
 */
export const ALWAYS = {
  'cache-control': 'private, no-store',
  'x-content-type-options': 'nosniff',
} as const;
