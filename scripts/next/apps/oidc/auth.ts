import type { SessionAuth } from 'sallyport/next';
import { refreshed } from './server/provider';
import { readSession } from './server/session-cookie';

/** Who is signed in, for the routes that send their token on. A token that the service calls invalid is refreshed. */
export const auth: SessionAuth = async () => {
  const session = await readSession();
  const { tokens } = session;
  if (!tokens) return null;
  return {
    userId: tokens.userId,
    getToken: async (options) => {
      if (!options?.skipCache) return tokens.accessToken;
      const renewed = await refreshed(tokens);
      if (!renewed) return null;
      session.tokens = renewed;
      await session.save();
      return renewed.accessToken;
    },
  };
};
