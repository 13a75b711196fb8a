import { send } from './send.js';
import { session } from './session.js';

const asKey = () => ({ kind: 'api-key', value: session.apiKey.key });
const create = { method: 'POST', path: '/api/keys', body: JSON.stringify({ name: 'playground' }) };

/** `own` is the request for the caller's own modules. */
export function keyActs(own) {
  return {
    async makeKey() {
      const { answer } = await send('Make an API key', create, {
        also: 'The only time that it is shown: the service keeps a hash.',
      });
      if (answer.status === 201) session.apiKey = JSON.parse(answer.body);
    },
    useKey: () => send('List with the API key', own(), { credential: asKey() }),
    misuseKey: () => send('Make a key with the API key', create, { credential: asKey() }),
    async deleteKey() {
      const credential = asKey();
      const path = `/api/keys/${session.apiKey.id}`;
      const { answer } = await send('Delete the API key', { method: 'DELETE', path });
      if (answer.status !== 204) return;
      session.apiKey = undefined;
      if (session.kind === 'api-key') session.kind = 'token';
      await send('List with the deleted key', own(), { credential });
    },
  };
}
