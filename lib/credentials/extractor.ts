import type { Credential } from '../auth';

/** The part of a Node request that credentials are taken from: headers, never query or body. */
export interface CredentialSource {
  /**
   * Names and values in turn, as they came: Node hides a repeated Authorization in `headers`. Empty or absent where an
   * adapter makes the request, as serverless-http does.
   */
  readonly rawHeaders?: readonly string[];
  /** By name in lower case, as Node has them. */
  readonly headers?: Readonly<Record<string, string | readonly string[] | undefined>>;
}

/**
 * Takes one kind of credential from a request; undefined where it is not there.
 * Throws `InvalidRequestError` for one that is malformed or sent twice.
 */
export type Extractor = (request: CredentialSource) => Credential | undefined;
