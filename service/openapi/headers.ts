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
    description: 'Version of the resource, for `If-Match` and `If-None-Match`.',
    schema: { type: 'string', pattern: '^"[^"]+"$' },
    example: '"nGPG1eB0T0mMZqDfAxyOpg"',
  },
  RateLimit: {
    description:
      'Requests (`r`) that each limit still allows, and seconds (`t`) until it is reset (draft 8 of RateLimit fields).',
    schema: { type: 'string' },
    example: '"subject"; r=119; t=60',
  },
  'RateLimit-Policy': {
    description: 'Requests (`q`) in seconds (`w`) that each limit allows.',
    schema: { type: 'string' },
    example: '"subject"; q=120; w=60; pk=:MmJkODA2Yzk3ZjBl:',
  },
  'Retry-After': {
    description: 'Seconds to wait before a retry.',
    schema: { type: 'integer', minimum: 1 },
    example: 1,
  },
  'WWW-Authenticate': {
    description: 'The credentials that are required (RFC 6750 section 3).',
    schema: { type: 'string', pattern: '^Bearer ' },
    example: 'Bearer realm="api", error="invalid_token"',
  },
  'X-Request-Id': {
    description: 'The ID of the request, also in the log. A valid one that the caller sent is kept.',
    schema: { type: 'string', minLength: 1, maxLength: 128 },
    example: '6f7bb3ba-5a1c-4b6b-9f3c-d2a5e7c1f0a4',
  },
};
