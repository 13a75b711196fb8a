'use client';

import { useClerk, useReverification } from '@clerk/nextjs';
import { isReverificationCancelledError } from '@clerk/nextjs/errors';
import { useCallback } from 'react';
import type { Challenge } from './app/call-analyzer';

/** What the page does with the user's session. */
export function useSession() {
  const clerk = useClerk();
  const reverify = useReverification(reverification);
  /** A tab that slept wakes with an expired session cookie. */
  const renew = useCallback(async () => Boolean(await clerk.session?.getToken({ skipCache: true })), [clerk]);
  /** Clerk's dialog, in which the user signs in once more; the new token says when. */
  const prove = useCallback(
    async ({ maxAgeSeconds = 600 }: Challenge) => {
      try {
        await reverify({ asked: false, afterMinutes: Math.max(1, Math.floor(maxAgeSeconds / 60)) });
      } catch (error) {
        if (isReverificationCancelledError(error)) return false;
        throw error;
      }
      return renew();
    },
    [reverify, renew],
  );
  return { renew, prove, signOut: () => clerk.signOut({ redirectUrl: '/' }) };
}

/** Clerk calls it once to be told what is wanted, and again when the user has done so. */
async function reverification(wanted: { asked: boolean; afterMinutes: number }) {
  if (wanted.asked) return true;
  wanted.asked = true;
  const reverification = { level: 'first_factor' as const, afterMinutes: wanted.afterMinutes };
  return {
    clerk_error: { type: 'forbidden', reason: 'reverification-error', metadata: { reverification } },
  } as const;
}
