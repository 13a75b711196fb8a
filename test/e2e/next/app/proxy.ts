import { clerkMiddleware } from '@clerk/nextjs/server';

// With the instance's public key at hand Clerk verifies sessions without asking anybody.
export default clerkMiddleware(process.env.CLERK_JWT_KEY ? { jwtKey: process.env.CLERK_JWT_KEY } : {});

export const config = {
  matcher: ['/((?!_next|[^?]*\\.(?:html?|css|js(?!on)|png|svg|ico|woff2?)).*)', '/(api|trpc)(.*)'],
};
