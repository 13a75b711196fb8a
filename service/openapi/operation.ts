import type { z } from 'zod';
import type { HeaderName } from './headers';
import type { ProblemName } from './problems';

/** Groups of operations in the document. */
export const TAGS = {
  modules: "A user's modules.",
  users: 'The caller.',
  keys: "A user's API keys, for machines.",
  revocation: 'Ending sessions and refusing credentials.',
  providers: 'Signed messages from identity providers.',
  health: 'For load balancers.',
  documentation: 'This document, and its page.',
  'modules, short paths': 'The same as under /api.',
} as const;

/** One of these credentials is required, with these scopes. Empty: the operation needs none. */
export type Credentials = Readonly<Partial<Record<'token' | 'apiKey', readonly string[]>>>;

/** Content of a request or response body. */
export interface Content {
  readonly mediaType: string;
  readonly schema: z.ZodType;
}

/** A response that is not a problem. */
export interface Answer {
  readonly description: string;
  readonly body?: Content;
  readonly headers?: readonly HeaderName[];
  /** By operation id: operations that use values of this response, and where their parameters are in it. */
  readonly links?: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

/** A method of a path as the document describes it. The schemas are those that the handlers validate with. */
export interface Operation {
  readonly id: string;
  readonly tag: keyof typeof TAGS;
  readonly summary: string;
  readonly description?: string;
  readonly credentials: Credentials;
  readonly params?: z.ZodObject;
  readonly query?: z.ZodObject;
  readonly headers?: z.ZodObject;
  readonly body?: Content & { readonly description?: string };
  readonly answers: Readonly<Record<number, Answer>>;
  readonly problems: readonly ProblemName[];
}

export function json(schema: z.ZodType): Content {
  return { mediaType: 'application/json', schema };
}

/** A response after authentication, which includes the rate limit headers. */
export function chainAnswer(description: string, { headers = [], ...answer }: Partial<Answer> = {}): Answer {
  return { description, headers: ['RateLimit', 'RateLimit-Policy', ...headers], ...answer };
}
