import type { RemoteKeysOptions } from 'sallyport';
import { isLoopback } from './config/plain-http';
import type { ProxyConfig } from './config/proxies';

type KeyFetch = NonNullable<RemoteKeysOptions['fetch']>;

/**
 * The fetch for keys if the environment sets proxies, which Node's own fetch ignores; undefined if it sets none.
 * Loopback addresses never use a proxy: plain http to them is allowed because the traffic stays on the machine.
 */
export function keyFetch({ https, http, none }: ProxyConfig): KeyFetch | undefined {
  if (https === undefined && http === undefined) return undefined;
  let proxied: Promise<KeyFetch> | undefined;
  return async (url, init) => {
    const target = new URL(url);
    const proxy = target.protocol === 'https:' ? https : http;
    if (proxy === undefined || isLoopback(target)) return fetch(url, init);
    proxied ??= proxiedFetch({ httpsProxy: https ?? '', httpProxy: http ?? '', noProxy: none ?? '' });
    return (await proxied)(url, init);
  };
}

/** Loaded on first use, so that undici takes no memory if no proxy is set. */
async function proxiedFetch(options: {
  httpsProxy: string;
  httpProxy: string;
  noProxy: string;
}): Promise<KeyFetch> {
  const undici = await import('undici');
  const dispatcher = new undici.EnvHttpProxyAgent(options);
  // Returns a standard Response, but with other type declarations than Node's.
  const send = undici.fetch as unknown as (url: string, init: object) => Promise<Response>;
  return (url, init) => send(url, { ...init, dispatcher });
}
