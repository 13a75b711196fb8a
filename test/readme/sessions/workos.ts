import type { SessionAuth } from 'sallyport/next';

/** What `withAuth()` of `@workos-inc/authkit-nextjs` answers, of which this needs two members. */
interface WorkOsSession {
  readonly user: { readonly id: string } | null;
  readonly accessToken?: string;
}

/** `sallyport/next`'s `auth` over AuthKit's `withAuth`: `auth: workOsSession(withAuth)`. */
export function workOsSession(withAuth: () => Promise<WorkOsSession>): SessionAuth {
  return async () => {
    const { user, accessToken } = await withAuth();
    return user && { userId: user.id, getToken: async () => accessToken };
  };
}
