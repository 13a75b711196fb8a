import type { RequestListener } from 'node:http';
import { connectionOf, exchangeOf } from './exchanges';

/** Maximum number of pipelined requests: each uses memory and a place in flight until it is answered. */
const MAX_UNANSWERED = 16;

/** Closes a connection that sends another request beyond this limit. Requests that arrive afterwards are ignored. */
export function limitUnanswered(app: RequestListener, onExceeded: () => void): RequestListener {
  return function admitRequest(request, response) {
    const { socket } = request;
    const connection = connectionOf(socket);
    // Node's parser continues with buffered bytes even if the connection is closed.
    if (socket.destroyed || connection.givenUp()) return;
    if (connection.open.size >= MAX_UNANSWERED) {
      onExceeded();
      socket.destroy();
      return;
    }
    exchangeOf(response);
    app(request, response);
  };
}
