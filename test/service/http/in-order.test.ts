import type { NextFunction, Request, RequestHandler, Response } from 'express';
import { inOrder } from '../../../service/http/in-order';

/** What `next` is called with in the end. */
function through(...handlers: RequestHandler[]): Promise<unknown> {
  return new Promise((resolve) => {
    const [request, response] = [Object.create(null) as Request, Object.create(null) as Response];
    void inOrder(...handlers)(request, response, resolve as NextFunction);
  });
}

const ran: string[] = [];
const pass: RequestHandler = (_request, _response, next) => {
  ran.push('pass');
  next();
};
const passLater: RequestHandler = (_request, _response, next) => {
  ran.push('pass later');
  setImmediate(next);
};
beforeEach(() => ran.splice(0));

const failure = new Error('refused');
const fail = (): never => {
  throw failure;
};

it('runs one behind the other, also those that take their time, and then goes on', async () => {
  expect(await through(pass, passLater, pass)).toBeUndefined();
  expect(ran).toEqual(['pass', 'pass later', 'pass']);
});

it('goes on with the failure of one that throws, rejects or hands it on, past those behind it', async () => {
  const handOn: RequestHandler = (_request, _response, next) => {
    next(failure);
  };
  const failing: RequestHandler[] = [fail, () => Promise.reject(failure), handOn];
  for (const handler of failing) expect(await through(pass, handler, pass)).toBe(failure);
  expect(ran).toEqual(['pass', 'pass', 'pass']);
});

it('takes what is thrown behind one that took its time for its failure too', async () => {
  expect(await through(passLater, fail, pass)).toBe(failure);
  expect(ran).toEqual(['pass later']);
});
