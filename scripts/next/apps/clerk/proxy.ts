import { clerkMiddleware } from '@clerk/nextjs/server';
import type { NextFetchEvent, NextRequest } from 'next/server';

// With the instance's public key at hand Clerk verifies sessions without asking anybody.
const clerk = clerkMiddleware(process.env.CLERK_JWT_KEY ? { jwtKey: process.env.CLERK_JWT_KEY } : {});

/**
 * Clerk passes a request on by rewriting it to its own url, in which Next writes `localhost` for any loopback address.
 * Under `next start -H 127.0.0.1` Next takes that for another server, and sends the request to itself for ever.
 */
export default async function proxy(request: NextRequest, event: NextFetchEvent) {
  const answer = await clerk(request, event);
  if (answer?.headers.get('x-middleware-rewrite') === request.nextUrl.href) {
    answer.headers.delete('x-middleware-rewrite');
    answer.headers.set('x-middleware-next', '1');
  }
  return answer;
}

export const config = {
  matcher: ['/((?!_next|[^?]*\\.(?:html?|css|js(?!on)|png|svg|ico|woff2?)).*)', '/(api|trpc)(.*)'],
};
