import type { Request, Response } from 'express';

/** `admitted`: may be verified, `decide` must follow. `spent`: the limit is used up. `gone`: the client has disconnected. */
export type Standing = 'admitted' | 'spent' | 'gone';

export interface Undecided {
  /** A promise only where the request must wait for the outcome of others. */
  admit(key: string, request: Request, response: Response): Standing | Promise<Standing>;
  /** Called once an admitted request is verified, after a refusal was counted. */
  decide(key: string): void;
}

interface Waiter {
  readonly isGone: () => boolean;
  readonly settle: (standing: Standing) => void;
}

/**
 * Requests that are being verified. For one key (such as an address), these and the refusals counted so far never exceed the
 * limit: further requests wait in order of arrival. When a verification succeeds, the next request is admitted; when
 * failed ones have used up the limit, all that wait are refused. No timer is needed: every verification ends.
 */
export function undecided(limit: number, used: (key: string) => number): Undecided {
  const inside = new Map<string, number>();
  const lines = new Map<string, Set<Waiter>>();
  const insideOf = (key: string): number => inside.get(key) ?? 0;

  function wait(key: string, request: Request, response: Response): Promise<Standing> {
    return new Promise((resolve) => {
      const line = lines.get(key) ?? new Set();
      const isGone = (): boolean => request.socket.destroyed;
      const leaveIfGone = (): void => {
        if (isGone()) waiter.settle('gone');
      };
      const settle = (standing: Standing): void => {
        line.delete(waiter);
        if (line.size === 0) lines.delete(key);
        request.off('close', leaveIfGone);
        response.off('close', leaveIfGone);
        resolve(standing);
      };
      const waiter: Waiter = { isGone, settle };
      lines.set(key, line.add(waiter));
      // For a pipelined request only `request` emits "close", for one whose body has been read only `response`.
      request.on('close', leaveIfGone);
      response.on('close', leaveIfGone);
    });
  }

  return {
    admit(key, request, response) {
      const left = limit - used(key);
      if (left <= 0) return 'spent';
      if (insideOf(key) >= left || lines.has(key)) return wait(key, request, response);
      inside.set(key, insideOf(key) + 1);
      return 'admitted';
    },
    decide(key) {
      let admitted = insideOf(key) - 1;
      for (const waiter of lines.get(key) ?? []) {
        const left = limit - used(key);
        if (left > 0 && admitted >= left) break;
        const standing = waiter.isGone() ? 'gone' : left > 0 ? 'admitted' : 'spent';
        if (standing === 'admitted') admitted += 1;
        waiter.settle(standing);
      }
      if (admitted > 0) inside.set(key, admitted);
      else inside.delete(key);
    },
  };
}
