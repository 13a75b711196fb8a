import { auth } from '../../../../../auth';
import { analyzerProxy, urlTo } from 'sallyport/next';

const proxy = analyzerProxy({
  url: async (_request, { params }) => {
    const { userId, moduleId } = await params;
    return urlTo(process.env.ANALYZER_URL, 'api', 'user_modules', 'user', userId, moduleId);
  },
  origin: process.env.ANALYZER_URL,
  auth,
});

export { proxy as GET, proxy as DELETE };
