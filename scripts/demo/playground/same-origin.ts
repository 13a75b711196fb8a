import type { Request, RequestHandler } from 'express';

/**
 * Refuses what does not come from the page itself. It listens on loopback only, but a page of anybody in the same browser
 * can send requests there: under its own name (Origin), or under a name that it makes resolve to 127.0.0.1 (Host).
 */
export function onlyFromLoopback(port: () => number): RequestHandler {
  return function refuseOtherHosts(request, response, next) {
    if (isOwnHost(request.headers.host, port())) next();
    else response.status(403).json({ error: 'This page answers under 127.0.0.1, localhost and [::1] only.' });
  };
}

/** For all that tells or changes something; behind `onlyFromLoopback`. */
export const onlyFromThePage: RequestHandler = (request, response, next) => {
  if (isOfThePage(request)) next();
  else response.status(403).json({ error: 'Only the page itself may ask for this.' });
};

function isOwnHost(host: string | undefined, port: number): boolean {
  return ['127.0.0.1', 'localhost', '[::1]'].some((name) => host === `${name}:${port}`);
}

/** Browsers name the origin of every POST, so one without is of no page. */
function isOfThePage({ headers }: Request): boolean {
  const site = headers['sec-fetch-site'];
  return headers.origin === `http://${headers.host ?? ''}` && (site === undefined || site === 'same-origin');
}
