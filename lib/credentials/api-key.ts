import { InvalidRequestError } from '../errors';
import type { Extractor } from './extractor';
import { onlyHeader } from './raw-header';

/**
 * An API key from the X-API-Key header, and from nowhere else: queries and bodies end in logs and histories.
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
