'use client';

import { useClerk } from '@clerk/nextjs';
import { useCallback } from 'react';

export interface Module {
  moduleId: string;
  data: Record<string, unknown>;
  version: number;
  updatedAt: string;
}

/** What the proxy and the service answer when they refuse (RFC 9457). */
export interface Problem {
  title: string;
  status: number;
  detail: string;
  code: string;
  requestId: string;
}

export type Answer<T> = { ok: true; value: T } | { ok: false; problem: Problem };

/** Calls the app's own routes. A tab that slept wakes with an expired session cookie: renew it, once, and repeat. */
export function useAnalyzer() {
  const clerk = useClerk();
  return useCallback(
    async <T>(path: string, init: RequestInit = {}): Promise<Answer<T>> => {
      let response = await fetch(path, init);
      if (response.status === 401 && (await clerk.session?.getToken({ skipCache: true }))) {
        response = await fetch(path, init);
      }
      const body = response.status === 204 ? undefined : await response.json();
      return response.ok ? { ok: true, value: body as T } : { ok: false, problem: body as Problem };
    },
    [clerk],
  );
}
