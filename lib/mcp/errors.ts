import { SallyportError } from '../errors';

/** The request names a session that is not there, or is another caller's: its client begins a new one. */
export class SessionNotFoundError extends SallyportError {
  readonly status = 404;
  readonly code = 'session_not_found';
  readonly title = 'Session not found';

  constructor() {
    super('There is no such session; begin a new one.');
  }
}
