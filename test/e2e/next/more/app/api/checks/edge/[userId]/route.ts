import { auth } from '@clerk/nextjs/server';
import { analyzerProxy, urlTo } from 'sallyport/next';

export const runtime = 'edge';

export const GET = analyzerProxy({
  url: async (_request, { params }) =>
    urlTo(process.env.ANALYZER_URL, 'api', 'user_modules', 'user', (await params).userId),
  origin: process.env.ANALYZER_URL,
  auth,
});
