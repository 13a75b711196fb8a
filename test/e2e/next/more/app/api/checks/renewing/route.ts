import { headers } from 'next/headers';
import { analyzerProxy } from 'sallyport/next';

/** An issuer that does give another token when asked to skip its cache, as Clerk does for templates. */
export const POST = analyzerProxy({
  url: process.env.ANALYZER_URL + '/api/user_modules/save',
  auth: async () => {
    const given = await headers();
    return {
      userId: 'somebody',
      getToken: async (options) => given.get(options?.skipCache ? 'x-second-token' : 'x-first-token'),
    };
  },
});
