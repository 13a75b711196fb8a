import type { Credential } from '../auth';

/** The part of a Node request that credentials are read from: headers, never query or body. */
export interface CredentialSource {
  /**
   * Names and values in turn, as they were received: `headers` of Node does not show a repeated Authorization. Empty or
   * absent in requests that an adapter makes, such as serverless-http.
   */
  readonly rawHeaders?: readonly string[];
  /** Headers by name in lower case, as in Node. */
  readonly headers?: Readonly<Record<string, string | readonly string[] | undefined>>;
}

/**
 * Reads one kind of credential from a request; undefined if the request has none. Throws `InvalidRequestError` (400)
 * for one that is malformed or sent twice.
 */
export type Extractor = (request: CredentialSource) => Credential | undefined;
