import { analyzerProxy, urlTo } from 'sallyport/next';
import type { ProxyHandler, SessionAuth } from 'sallyport/next';

const ORIGIN = 'https://analyzer.example';
const auth: SessionAuth = async () => null;

/** Checked by tsc: what is written in a route must compile as in the README, and mistakes must not. */
describe('The types of analyzerProxy', () => {
  it('take a url function whose parameters are not annotated', () => {
    const handler: ProxyHandler = analyzerProxy({
      url: async (_request, { params }) => {
        const { userId } = await params;
        return urlTo(ORIGIN, 'api', 'user_modules', 'user', userId);
      },
      origin: ORIGIN,
      auth,
    });
    expect(handler).toBeInstanceOf(Function);
  });

  it("take a route's own context", () => {
    interface Context {
      readonly params: Promise<{ userId: string; path: string[] }>;
    }
    const handler: ProxyHandler<Context> = analyzerProxy({
      url: async (_request: Request, { params }: Context) => urlTo(ORIGIN, (await params).userId),
      origin: ORIGIN,
      auth,
    });
    expect(handler).toBeInstanceOf(Function);
  });

  it("take a session of Clerk's shape, signed in or out", () => {
    type ClerkSession =
      | {
          userId: string;
          getToken: (options?: { template?: string; expiresInSeconds?: number }) => Promise<string | null>;
        }
      | { userId: null; getToken: () => Promise<null> };
    const clerkAuth = async (): Promise<ClerkSession> => ({ userId: null, getToken: async () => null });
    expect(analyzerProxy({ url: ORIGIN, auth: clerkAuth })).toBeInstanceOf(Function);
  });

  it('demand an origin beside a url function, and auth, and know every name', () => {
    // @ts-expect-error a url function without origin
    analyzerProxy({ url: () => ORIGIN, auth });
    // @ts-expect-error auth is missing
    analyzerProxy({ url: ORIGIN });
    // @ts-expect-error there is no option of that name
    analyzerProxy({ url: ORIGIN, auth, timeout: 5 });
    analyzerProxy({ url: () => ORIGIN, origin: undefined, auth });
    analyzerProxy({ url: () => ORIGIN, origin: null, auth });
    expect.assertions(0);
  });
});
