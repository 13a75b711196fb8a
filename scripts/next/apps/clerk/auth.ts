/** Who is signed in, for the routes that send their token on. */
export { auth } from '@clerk/nextjs/server';
