import type { Credential } from '../auth';

/** The part of a Node request that credentials are taken from: headers, never query or body. */
export interface CredentialSource {
  /** Names and values in turn, as they came: Node hides a repeated Authorization in `headers`. */
  readonly rawHeaders: readonly string[];
}

/**
 * Takes one kind of credential from a request; undefined where it is not there.
 * Throws `InvalidRequestError` for one that is malformed or sent twice.
 */
export type Extractor = (request: CredentialSource) => Credential | undefined;
