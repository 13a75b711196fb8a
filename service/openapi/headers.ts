export type HeaderName =
  'ETag' | 'RateLimit' | 'RateLimit-Policy' | 'Retry-After' | 'WWW-Authenticate' | 'X-Request-Id';

interface Header {
  readonly description: string;
  readonly schema: object;
  readonly example: string | number;
}

/** Response headers for programs. */
export const HEADERS: Readonly<Record<HeaderName, Header>> = {
  ETag: {
    description: 'Names the state of what is shown; for `If-Match` and `If-None-Match`.',
    schema: { type: 'string', pattern: '^"[^"]+"$' },
    example: '"nGPG1eB0T0mMZqDfAxyOpg"',
  },
  RateLimit: {
    description:
      'What is left of each limit, and seconds until it is whole again (draft 8 of RateLimit fields).',
    schema: { type: 'string' },
    example: '"subject"; r=119; t=60',
  },
  'RateLimit-Policy': {
    description: 'Requests (`q`) in seconds (`w`) that each limit allows.',
    schema: { type: 'string' },
    example: '"subject"; q=120; w=60; pk=:MmJkODA2Yzk3ZjBl:',
  },
  'Retry-After': {
    description: 'Seconds until a repeat may help.',
    schema: { type: 'integer', minimum: 1 },
    example: 1,
  },
  'WWW-Authenticate': {
    description: 'What would let the request in (RFC 6750 section 3).',
    schema: { type: 'string', pattern: '^Bearer ' },
    example: 'Bearer realm="api", error="invalid_token"',
  },
  'X-Request-Id': {
    description:
      "The caller's own where it sent a plain one of at most 128 characters; the log names it too.",
    schema: { type: 'string', minLength: 1, maxLength: 128 },
    example: '6f7bb3ba-5a1c-4b6b-9f3c-d2a5e7c1f0a4',
  },
};
