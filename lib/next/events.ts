import type { ProxyFailure, ProxyProblemCode } from './problems';

/** What the proxy tells its host. Never carries a token, a body or a library's message. */
export type ProxyEvent =
  /** The service answered, with whatever status, and `renewed` says whether to a second token. */
  | {
      readonly type: 'answered';
      readonly requestId: string;
      readonly method: string;
      readonly status: number;
      readonly renewed: boolean;
    }
  /**
   * The proxy answered by itself. `failure` says why where `code` does not, and `threw` the name of the error that
   * `auth` or `url` threw.
   */
  | {
      readonly type: 'refused';
      readonly requestId: string;
      readonly method: string;
      readonly status: number;
      readonly code: ProxyProblemCode;
      readonly detail: string;
      readonly failure?: ProxyFailure;
      readonly threw?: string;
    }
  /** The service called the token invalid and no other one could be had: its 401 was passed on. */
  | {
      readonly type: 'not_renewed';
      readonly requestId: string;
      readonly why: 'same_token' | 'no_token' | 'malformed_token' | 'threw' | 'timeout';
    }
  /** The answer had begun and could not be ended. */
  | { readonly type: 'body_aborted'; readonly requestId: string; readonly why: 'idle' | 'reset' }
  /** The browser left before the answer had ended; upstream was aborted. */
  | { readonly type: 'client_gone'; readonly requestId: string };

export type OnProxyEvent = (event: ProxyEvent) => void;
