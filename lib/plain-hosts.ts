/** Hosts that may be requested over plain http although they are not this machine, each as `host:port`. */
export type PlainHosts = ReadonlySet<string>;

export const NO_PLAIN_HOSTS: PlainHosts = new Set();

/** The hosts of the option `allowHttp`; undefined if it is not a list of `host:port`. */
export function plainHosts(list: unknown): PlainHosts | undefined {
  if (!Array.isArray(list) || !list.every(isHostAndPort)) return undefined;
  return new Set(list.map((entry) => entry.toLowerCase()));
}

/** In the form of the option: with the port, 80 if the URL has none. */
export function hostAndPort({ hostname, port }: URL): string {
  return `${hostname}:${port === '' ? '80' : port}`;
}

/** Only text that a URL keeps unchanged, so that the allowed host is the one that was written. */
function isHostAndPort(entry: unknown): entry is string {
  if (typeof entry !== 'string' || !/^[^\s/?#@\\*]+:\d{1,5}$/.test(entry)) return false;
  const address = `http://${entry}`;
  return URL.canParse(address) && hostAndPort(new URL(address)) === entry.toLowerCase();
}
