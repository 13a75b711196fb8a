import { runInNewContext } from 'node:vm';
import express from 'express';
import { jsonBody } from '../../../service/http/json-body';
import { UnsupportedMediaTypeError } from '../../../service/http/errors';

it('reads a Content-Type in time that grows no faster than its length', () => {
  const [read] = jsonBody(1, { check: () => undefined });
  const type = `application/json${' '.repeat(1_000_000)}x`;
  const request = Object.create(express.request, {
    headers: { value: { 'content-type': type } },
    rawHeaders: { value: ['Content-Type', type] },
  }) as express.Request;
  const call = () => read?.(request, Object.create(express.response) as express.Response, () => undefined);
  // Quadratic time would be many minutes; what runs in a context can be stopped.
  const run = (): unknown => runInNewContext('call()', { call }, { timeout: 20_000 });
  expect(run).toThrow(UnsupportedMediaTypeError);
});
