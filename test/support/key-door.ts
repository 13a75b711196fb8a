import express from 'express';
import { authenticate, jwtVerifier, problemDetails } from 'sallyport';
import type { KeySource } from 'sallyport';
import type { TokenMint } from 'sallyport/testing';
import request from 'supertest';

/** What a caller sees of a key source: an Express app that lets in whoever its keys verify. */
export function keyDoor({ issuer, audience }: TokenMint, keys: KeySource) {
  const app = express();
  app.use(authenticate({ verifier: jwtVerifier({ issuer, audience, keys, algorithms: ['ES256'] }) }));
  app.get('/', (_request, response) => void response.json({}));
  app.use(problemDetails());
  return {
    /** `status code` of the answer, such as `200` or `503 keys_unavailable`, and its Retry-After. */
    async knock(token: string): Promise<{ answer: string; retryAfter: number }> {
      const { status, body, headers } = await request(app).get('/').set('Authorization', `Bearer ${token}`);
      const { code = '' } = body as { code?: string };
      return { answer: `${status} ${code}`.trim(), retryAfter: Number(headers['retry-after']) };
    },
  };
}
