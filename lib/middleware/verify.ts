import type { IncomingMessage } from 'node:http';
import type { Request, RequestHandler } from 'express';
import type { Auth, JwtPayload } from '../auth';
import { failureOf } from '../passage/failure';
import { noResponse } from '../passage/no-response';
import { authOf, forgetProof, isProven, judgeAgain } from '../passage/proof';
import { requestIdOf } from '../passage/request-id';
import { named } from '../problems/foreign-errors';
import { report } from '../problems/report';
import type { OnError } from './problem-details';

export type Verify = <Claims extends object = JwtPayload>(request: IncomingMessage) => Promise<Auth<Claims>>;

/**
 * The chain for a request without a response, such as a WebSocket upgrade: resolves with the proof of the caller, or
 * rejects with the error to refuse the request with. When it is called again for the same request, it verifies the
 * credential again.
 */
export function verifyBy(chain: RequestHandler, onError: OnError | undefined): Verify {
  return async function verify<Claims extends object = JwtPayload>(message: IncomingMessage) {
    const request = message as Request;
    const response = noResponse(message);
    judgeAgain(request);
    try {
      await new Promise<void>((resolve, reject) => {
        void chain(request, response, (failure?: unknown) => {
          if (failure === undefined) resolve();
          else reject(failureOf(failure));
        });
      });
      return authOf<Claims>(request);
    } catch (failure) {
      const error = named(failure, isProven(request));
      forgetProof(request);
      if (error.status >= 500 && onError) {
        report(() => onError(error, request, requestIdOf(request, response)));
      }
      throw error;
    }
  };
}
