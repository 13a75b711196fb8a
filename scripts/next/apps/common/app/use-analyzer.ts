'use client';

import { useCallback, useEffect, useRef } from 'react';
import { useSession } from '../session';
import { callAnalyzer } from './call-analyzer';
import type { Answer, CallOptions } from './call-analyzer';

/**
 * `callAnalyzer` with the session's renewal. When the component leaves the page its calls are aborted, and whoever waits
 * for one waits for ever: nothing that comes behind an `await` touches a page that is gone.
 */
export function useAnalyzer(onWait?: CallOptions['onWait']) {
  // Read when a call begins: what a session brings along may be new with each render, and the caller's effects are not.
  const options = { ...useSession(), onWait };
  const latest = useRef(options);
  const mounted = useRef<AbortController>(undefined);
  useEffect(() => {
    latest.current = options;
  });
  useEffect(() => {
    const controller = new AbortController();
    mounted.current = controller;
    return () => controller.abort();
  }, []);
  return useCallback(<T>(path: string, init?: RequestInit): Promise<Answer<T>> => {
    const { renew, prove, onWait } = latest.current;
    const signal = mounted.current?.signal;
    return callAnalyzer<T>(path, init, { renew, prove, signal, onWait }).catch((error: unknown) => {
      if (signal?.aborted) return new Promise<never>(() => undefined);
      throw error;
    });
  }, []);
}
