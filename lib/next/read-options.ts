import { plainHosts, type PlainHosts } from '../plain-hosts';
import { allowedOriginsFrom } from './allowed-origins';
import { refuseUnfaithful } from './faithful-url';
import { exposedFrom, forwardedFrom } from './further-headers';
import type { ProxyOptions, Settings } from './options';
import { misconfigured } from './problems';
import { originsFrom, refuseOtherOrigins, targetFrom } from './target';

/** In the order in which a problem lists them. */
const KNOWN = [
  'url',
  'origin',
  'allowHttp',
  'auth',
  'template',
  'allowedOrigins',
  'forward',
  'expose',
  'name',
  'timeoutMs',
  'maxBodyBytes',
  'onEvent',
];
const MAX_TIMER_MS = 2 ** 31 - 1;

/** Part of a title in JSON and of a log line. */
const NAME = /^[^\p{Cc}]{1,100}$/u;

/**
 * Called at the first request and not at import: a build loads route modules without their environment.
 * Throws `misconfigured`, which names the option.
 */
export function readOptions<Context>(options: ProxyOptions<Context>): Settings<Context> {
  const unknown = Object.keys(options).find((name) => !KNOWN.includes(name));
  if (unknown !== undefined)
    throw misconfigured(`There is no option "${unknown}"; there are ${KNOWN.join(', ')}.`);
  const { url, origin, allowHttp = [], allowedOrigins = [], forward = [], expose = [] } = options;
  const plain = plainHosts(allowHttp);
  if (!plain) {
    throw misconfigured('allowHttp must be a list of hosts with their ports, such as ["analyzer:3000"].');
  }
  return {
    ...readSimple(options),
    ...readUrl({ url, origin }, plain),
    plain,
    allowed: allowedOriginsFrom(allowedOrigins),
    forward: forwardedFrom(forward),
    expose: exposedFrom(expose),
  };
}

function readSimple<Context>({
  auth,
  template,
  name = 'analyzer service',
  timeoutMs = 10_000,
  maxBodyBytes = 1_048_576,
  onEvent,
}: ProxyOptions<Context>): Pick<
  Settings<Context>,
  'auth' | 'template' | 'name' | 'timeoutMs' | 'maxBodyBytes'
> {
  demand(typeof auth === 'function', 'auth must be a function, such as auth of @clerk/nextjs/server.');
  demand(template === undefined || isFilled(template), 'template must be the name of a token template.');
  demand(typeof name === 'string' && NAME.test(name), 'name must be a text of 1 to 100 characters.');
  demand(isWhole(timeoutMs, 1, MAX_TIMER_MS), 'timeoutMs must be a whole number of milliseconds from 1.');
  demand(isWhole(maxBodyBytes, 0, Number.MAX_SAFE_INTEGER), 'maxBodyBytes must be a whole number of bytes.');
  demand(onEvent === undefined || typeof onEvent === 'function', 'onEvent must be a function.');
  return { auth, template, name, timeoutMs, maxBodyBytes };
}

function readUrl<Context>(
  { url, origin }: Pick<ProxyOptions<Context>, 'url' | 'origin'>,
  plain: PlainHosts,
): Pick<Settings<Context>, 'url' | 'origins'> {
  if (typeof url === 'function') return { url, origins: originsFrom(origin, plain) };
  refuseUnfaithful(url);
  const target = targetFrom(url, 'url', plain);
  const origins = origin === undefined ? null : originsFrom(origin, plain);
  refuseOtherOrigins(target, origins);
  return { url: target, origins };
}

function demand(holds: boolean, detail: string): void {
  if (!holds) throw misconfigured(detail);
}

function isFilled(value: unknown): boolean {
  return typeof value === 'string' && value !== '';
}

function isWhole(value: unknown, least: number, most: number): boolean {
  return Number.isInteger(value) && Number(value) >= least && Number(value) <= most;
}
