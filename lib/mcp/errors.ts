import { SallyportError } from '../errors';

/** 404: the request names a session that does not exist, or is another caller's. The client then begins a new one. */
export class SessionNotFoundError extends SallyportError {
  readonly status = 404;
  readonly code = 'session_not_found';
  readonly title = 'Session not found';

  constructor() {
    super('There is no such session; begin a new one.');
  }
}
