import { asKeyFetchFailure, KeyFetchFailure } from './key-fetch-failure';

/** Names and values of HTTP headers. */
export type KeyHeaders = Readonly<Record<string, string>>;

/** Headers, or a function that is called before each fetch, for a credential that is renewed. */
export type KeyHeadersOption = KeyHeaders | (() => KeyHeaders | Promise<KeyHeaders>);

/** The headers for an address. */
export type HeadersFor = (url: string) => Promise<KeyHeaders>;

/** Headers may hold a credential, so they are sent only to the origin of `location`, which the host chose. */
export function headersFor(option: KeyHeadersOption | undefined, location: string): HeadersFor {
  const { origin } = new URL(location);
  return async (url) => {
    if (option === undefined || new URL(url).origin !== origin) return {};
    if (typeof option !== 'function') return option;
    const made: unknown = await whatItMakes(option);
    // Checked here, and without a cause: the error of fetch for an invalid value would contain it.
    if (!areHeaders(made)) throw new KeyFetchFailure('headers');
    return made;
  };
}

async function whatItMakes(make: () => unknown): Promise<unknown> {
  try {
    return await make();
  } catch (error) {
    throw asKeyFetchFailure(error, 'headers');
  }
}

/** RFC 9110 section 5: names are tokens, and values have no control characters but tabs. */
export function areHeaders(value: unknown): value is KeyHeaders {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  return Object.entries(value).every(
    ([name, text]) =>
      /^[\w!#$%&'*+.^`|~-]+$/.test(name) &&
      typeof text === 'string' &&
      /^[\t\x20-\x7e\x80-\xff]*$/.test(text),
  );
}
