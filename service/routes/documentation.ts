import type { RequestHandler } from 'express';
import { z } from 'zod';
import type { Config } from '../config';
import { sendSwaggerFile, sendText } from '../docs/files';
import { INITIALIZER, PAGE, STYLES } from '../docs/page';
import type { Method, Route } from '../http/endpoint';
import { readHeaders } from '../modules/etag';
import { documentOf } from '../openapi/document';
import { OF_EVERY_ROUTE } from '../openapi/problems';

const CSS = 'text/css; charset=utf-8';
const JAVASCRIPT = 'text/javascript; charset=utf-8';

/** /openapi.json and /docs: without authentication, since they contain nothing secret. */
export function documentationRoutes(others: readonly Route[], config: Config): readonly Route[] {
  const described = {
    id: 'openapi',
    summary: 'This document',
    mediaType: 'application/json',
    schema: z.looseObject({}),
  };
  const withDocument = (send: RequestHandler): readonly Route[] => [
    { path: '/openapi.json', methods: { get: shown(described, send) } },
    ...pages(),
  ];
  // The document describes its own route as well.
  const document = documentOf([...others, ...withDocument(() => undefined)], config);
  return withDocument(sendText(JSON.stringify(document), 'application/json; charset=utf-8'));
}

function pages(): readonly Route[] {
  const bundle = require.resolve('swagger-ui-dist/swagger-ui-bundle.js');
  const styles = require.resolve('swagger-ui-dist/swagger-ui.css');
  const page = {
    id: 'docs',
    summary: 'The page of this document',
    mediaType: 'text/html',
    schema: z.string(),
  };
  return [
    {
      path: '/docs',
      methods: { get: shown(page, sendText(PAGE, 'text/html; charset=utf-8', { page: true })) },
    },
    fileOfPage('page.css', 'text/css', sendText(STYLES, CSS)),
    fileOfPage('initializer.js', 'text/javascript', sendText(INITIALIZER, JAVASCRIPT)),
    fileOfPage('swagger-ui.css', 'text/css', sendSwaggerFile(styles, CSS)),
    fileOfPage('swagger-ui-bundle.js', 'text/javascript', sendSwaggerFile(bundle, JAVASCRIPT)),
  ];
}

function fileOfPage(name: string, mediaType: string, send: RequestHandler): Route {
  const id = `docs-${name.replaceAll('.', '-')}`;
  const file = { id, summary: `Of the page: ${name}`, mediaType, schema: z.string() };
  return { path: `/docs/${name}`, methods: { get: shown(file, send) } };
}

interface Shown {
  readonly id: string;
  readonly summary: string;
  readonly mediaType: string;
  readonly schema: z.ZodType;
}

function shown({ id, summary, ...body }: Shown, send: RequestHandler): Method {
  return {
    id,
    tag: 'documentation',
    summary,
    credentials: {},
    headers: readHeaders,
    answers: {
      200: { description: 'As it is.', body, headers: ['ETag'] },
      304: { description: 'It is still what If-None-Match names.', headers: ['ETag'] },
    },
    problems: OF_EVERY_ROUTE,
    handlers: [send],
  };
}
