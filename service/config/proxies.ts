/** Proxies for fetching keys. */
export interface ProxyConfig {
  readonly https?: string;
  readonly http?: string;
  /** NO_PROXY: comma-separated hosts that are requested directly. */
  readonly none?: string;
}

export const PROXY = 'an http:// or https:// URL of a proxy';

/** As in other programs, the scheme may be left out. */
export function proxyUrl(text: string): string | undefined {
  const url = /^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? text : `http://${text}`;
  return URL.canParse(url) && /^https?:$/.test(new URL(url).protocol) ? url : undefined;
}

const NAMES = ['HTTPS_PROXY', 'HTTP_PROXY', 'NO_PROXY'] as const;

/** Names in lower case are accepted as well, and take precedence if both are set. */
export function withProxyNames(given: Readonly<Record<string, string>>): Record<string, string> {
  const named = NAMES.flatMap((name) => {
    const value = given[name.toLowerCase()];
    return value === undefined ? [] : [[name, value] as const];
  });
  return { ...given, ...Object.fromEntries(named) };
}

export function proxiesOf(values: {
  readonly HTTPS_PROXY?: string | undefined;
  readonly HTTP_PROXY?: string | undefined;
  readonly NO_PROXY?: string | undefined;
}): ProxyConfig {
  const { HTTPS_PROXY: https, HTTP_PROXY: http, NO_PROXY: none } = values;
  return {
    ...(https !== undefined && { https }),
    ...(http !== undefined && { http }),
    ...(none !== undefined && { none }),
  };
}
