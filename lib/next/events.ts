import type { ProxyFailure, ProxyProblemCode } from './problems';

/** Events for logs and metrics of the host. They never hold a token, a body or the message of a library's error. */
export type ProxyEvent =
  /** The service answered, with any status. `renewed`: it answered the repeated request, with a new token. */
  | {
      readonly type: 'answered';
      readonly requestId: string;
      readonly method: string;
      readonly status: number;
      readonly renewed: boolean;
    }
  /**
   * The proxy answered with an error of its own. `failure` is the reason where `code` is not specific enough; `threw` is
   * the name of the error that `auth` or `url` threw.
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
  /** The service called the token invalid and no new one could be obtained, so its 401 was passed on. */
  | {
      readonly type: 'not_renewed';
      readonly requestId: string;
      readonly why: 'same_token' | 'no_token' | 'malformed_token' | 'threw' | 'timeout';
    }
  /** The body could not be completed. `idle`: no data within `timeoutMs`. `reset`: the service's connection failed. */
  | { readonly type: 'body_aborted'; readonly requestId: string; readonly why: 'idle' | 'reset' }
  /** The browser disconnected before the answer was complete; the request to the service was aborted. */
  | { readonly type: 'client_gone'; readonly requestId: string };

export type OnProxyEvent = (event: ProxyEvent) => void;
