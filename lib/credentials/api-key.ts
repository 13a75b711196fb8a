import { InvalidRequestError } from '../errors';
import type { Extractor } from './extractor';
import { onlyHeader } from './raw-header';

/**
 * Reads an API key from the header X-API-Key only: queries and bodies end up in logs and browser histories.
 *
 * @example
 * sallyport({ issuer, audience, users, apiKeys: memoryApiKeys(), credentials: [bearer(), apiKey()] });
 */
export function apiKey(): Extractor {
  return function extractApiKey(request) {
    const key = onlyHeader(request, 'x-api-key');
    if (key === undefined) return undefined;
    if (key.trim() === '') throw new InvalidRequestError('The x-api-key header is empty.');
    return { kind: 'api-key', credential: key };
  };
}
