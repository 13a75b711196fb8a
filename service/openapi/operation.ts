import type { z } from 'zod';
import type { HeaderName } from './headers';
import type { ProblemName } from './problems';

/** What the document groups by. */
export const TAGS = {
  modules: "A user's modules.",
  users: 'The caller.',
  keys: "A user's API keys, for machines.",
  revocation: 'Ending sessions and refusing credentials.',
  providers: 'What identity providers send by themselves, signed.',
  health: 'For load balancers.',
  documentation: 'This document, and its page.',
  'modules, short paths': 'The same as under /api.',
} as const;

/** Any of these opens the operation; the scopes are those that it must hold. None: it is open to everybody. */
export type Credentials = Readonly<Partial<Record<'token' | 'apiKey', readonly string[]>>>;

/** What is sent in a body. */
export interface Content {
  readonly mediaType: string;
  readonly schema: z.ZodType;
}

/** An answer that is no problem. */
export interface Answer {
  readonly description: string;
  readonly body?: Content;
  readonly headers?: readonly HeaderName[];
  /** Operations that take what is answered here, by id, with where their parameters are in it. */
  readonly links?: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

/** A method of a path as callers are told of it. The schemas are those that the handlers validate with. */
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

/** Of a caller who has passed the chain, and so the limit of its requests. */
export function chainAnswer(description: string, { headers = [], ...answer }: Partial<Answer> = {}): Answer {
  return { description, headers: ['RateLimit', 'RateLimit-Policy', ...headers], ...answer };
}
