import type { RequestListener } from 'node:http';
import { connectionOf, exchangeOf } from './exchanges';

/** Whoever pipelines has a few requests under way; each holds memory and a place in flight until it is answered. */
const MAX_UNANSWERED = 16;

/** Closes a connection with more unanswered requests than that, and carries out nothing of what comes on top. */
export function limitUnanswered(app: RequestListener, onExceeded: () => void): RequestListener {
  return function admitRequest(request, response) {
    const { socket } = request;
    const connection = connectionOf(socket);
    // Node's parser goes on with the bytes that it has, whatever became of their connection.
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
