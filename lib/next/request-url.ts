import { Overdue, within } from './deadline';
import { refuseUnfaithful } from './faithful-url';
import { isNextSignal } from './next-signal';
import type { Settings } from './options';
import { ProxyProblem, internal } from './problems';
import { refuseOtherOrigins, targetFrom } from './target';

/** Where this request goes. What the host's function returns is checked as strictly as a fixed url. */
export async function requestUrl<Context>(
  { url, origins, plain, timeoutMs }: Pick<Settings<Context>, 'url' | 'origins' | 'plain' | 'timeoutMs'>,
  request: Request,
  context: Context,
): Promise<URL> {
  if (typeof url !== 'function') return url;
  const make = async (): Promise<string | URL> => url(request, context);
  try {
    const made = await within(make(), timeoutMs, request.signal);
    refuseUnfaithful(made);
    const target = targetFrom(made, 'url', plain);
    refuseOtherOrigins(target, origins);
    return target;
  } catch (error) {
    if (error instanceof Overdue) throw internal('url_timeout');
    if (error instanceof ProxyProblem || request.signal.aborted || isNextSignal(error)) throw error;
    throw internal('url_threw', error);
  }
}
