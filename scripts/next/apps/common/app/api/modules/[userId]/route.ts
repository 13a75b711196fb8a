import { auth } from '../../../../auth';
import { analyzerProxy, urlTo } from 'sallyport/next';

export const GET = analyzerProxy({
  url: async (request, { params }) => {
    const { userId } = await params;
    const url = urlTo(process.env.ANALYZER_URL, 'api', 'user_modules', 'user', userId);
    const cursor = new URL(request.url).searchParams.get('cursor');
    if (cursor !== null) url.searchParams.set('cursor', cursor);
    return url;
  },
  origin: process.env.ANALYZER_URL,
  auth,
});
