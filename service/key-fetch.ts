import type { RemoteKeysOptions } from 'sallyport';
import { isLoopback } from './config/plain-http';
import type { ProxyConfig } from './config/proxies';

type KeyFetch = NonNullable<RemoteKeysOptions['fetch']>;

/**
 * How keys are fetched where the environment names proxies, which Node's own fetch does not heed; undefined where it
 * names none. This machine is always asked directly: plain http to it is allowed because nobody is on the way.
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

/** Loaded with the first use: whoever has no proxy needs no second fetch in memory. */
async function proxiedFetch(options: {
  httpsProxy: string;
  httpProxy: string;
  noProxy: string;
}): Promise<KeyFetch> {
  const undici = await import('undici');
  const dispatcher = new undici.EnvHttpProxyAgent(options);
  // It answers with the standard's Response, by another declaration than that of Node's types.
  const send = undici.fetch as unknown as (url: string, init: object) => Promise<Response>;
  return (url, init) => send(url, { ...init, dispatcher });
}
