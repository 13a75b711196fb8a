import { auth } from '@clerk/nextjs/server';
import { analyzerProxy } from 'sallyport/next';

export const GET = analyzerProxy({
  url: (request) => new URL(request.url).searchParams.get('to') ?? '',
  origin: process.env.ANALYZER_URL,
  auth,
});
