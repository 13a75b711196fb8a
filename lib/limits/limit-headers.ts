import { hash } from 'node:crypto';
import type { Response } from 'express';
import { LRUCache } from 'lru-cache';
import { WINDOW_MS } from './memory-counts';

const WINDOW_SECONDS = WINDOW_MS / 1000;
const MAX_PARTITIONS = 10_000;

/** `left` in seconds. */
export type SetLimitHeaders = (response: Response, key: string, used: number, left: number) => void;

/**
 * RateLimit and RateLimit-Policy (draft-ietf-httpapi-ratelimit-headers-08), and Retry-After past the limit, as
 * express-rate-limit writes them. The policy names the key by a hash, which is computed once for each key.
 */
export function limitHeaders(name: string, limit: number): SetLimitHeaders {
  const policies = new LRUCache<string, string>({ max: MAX_PARTITIONS });

  const policyFor = (key: string): string => {
    const known = policies.get(key);
    if (known !== undefined) return known;
    const partition = Buffer.from(hash('sha256', key).slice(0, 12)).toString('base64');
    const policy = `"${name}"; q=${limit}; w=${WINDOW_SECONDS}; pk=:${partition}:`;
    policies.set(key, policy);
    return policy;
  };

  return function setLimitHeaders(response, key, used, left) {
    if (response.headersSent) return;
    append(response, 'RateLimit', `"${name}"; r=${Math.max(limit - used, 0)}; t=${left}`);
    append(response, 'RateLimit-Policy', policyFor(key));
    if (used > limit) response.setHeader('Retry-After', String(left));
  };
}

/** Another limiter may have set the header already. */
function append(response: Response, name: string, value: string): void {
  const before = response.getHeader(name);
  response.setHeader(name, before === undefined ? value : [before, value].flat().map(String));
}
