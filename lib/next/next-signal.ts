const SIGNAL = /^(?:NEXT_|DYNAMIC_SERVER_USAGE|HANGING_PROMISE_REJECTION|BAILOUT_TO_CLIENT_SIDE_RENDERING)/;

/**
 * Whether Next threw this to steer itself (`redirect()`, `notFound()`, "this route is dynamic"), known by its
 * `digest`. Such an error is no failure and belongs to Next: a build that got a 500 instead might keep it.
 */
export function isNextSignal(error: unknown): boolean {
  if (typeof error !== 'object' || error === null || !('digest' in error)) return false;
  return typeof error.digest === 'string' && SIGNAL.test(error.digest);
}
