import { analyzerProxy, urlTo } from 'sallyport/next';
import type { SessionAuth } from 'sallyport/next';

/** Any API that wants a bearer token: `app/api/invoices/[id]/route.ts` would export this as GET. */
export function invoiceRoute(apiUrl: string | undefined, auth: SessionAuth) {
  return analyzerProxy({
    url: async (_request, { params }) => urlTo(apiUrl, 'v1', 'invoices', (await params)['id']),
    origin: apiUrl,
    auth,
    name: 'the invoices API',
    forward: ['accept-language', 'idempotency-key'],
    expose: ['x-total-count'],
  });
}
