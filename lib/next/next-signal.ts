const SIGNAL = /^(?:NEXT_|DYNAMIC_SERVER_USAGE|HANGING_PROMISE_REJECTION|BAILOUT_TO_CLIENT_SIDE_RENDERING)/;

/**
 * Whether Next threw this for its own control flow (`redirect()`, `notFound()`, "this route is dynamic"), recognised by
 * its `digest`. Such an error must reach Next: a build that got a 500 in its place might store that.
 */
export function isNextSignal(error: unknown): boolean {
  if (typeof error !== 'object' || error === null || !('digest' in error)) return false;
  return typeof error.digest === 'string' && SIGNAL.test(error.digest);
}
