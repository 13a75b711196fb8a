/** Hosts that may be asked in plain http although they are not this machine, each as `host:port`. */
export type PlainHosts = ReadonlySet<string>;

export const NO_PLAIN_HOSTS: PlainHosts = new Set();

/** What the option `allowHttp` spells; undefined for what is no list of `host:port`. */
export function plainHosts(list: unknown): PlainHosts | undefined {
  if (!Array.isArray(list) || !list.every(isHostAndPort)) return undefined;
  return new Set(list.map((entry) => entry.toLowerCase()));
}

/** As the option spells it: with the port, 80 where a URL has none. */
export function hostAndPort({ hostname, port }: URL): string {
  return `${hostname}:${port === '' ? '80' : port}`;
}

/** Only what a URL holds just so, lest another host be allowed than the one that was read there. */
function isHostAndPort(entry: unknown): entry is string {
  if (typeof entry !== 'string' || !/^[^\s/?#@\\*]+:\d{1,5}$/.test(entry)) return false;
  const address = `http://${entry}`;
  return URL.canParse(address) && hostAndPort(new URL(address)) === entry.toLowerCase();
}
