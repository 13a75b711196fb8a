import { ask } from './api.js';
import { remember } from './history.js';
import { session } from './session.js';

/** Sends a request with what is chosen to be sent, or with `credential`, and shows what came of it. */
export async function send(title, request, { credential = session.credential, also = '', exchange } = {}) {
  const outcome = exchange ?? (await ask('exchange', { ...request, credential }));
  remember({ title, also, ...outcome });
  return outcome;
}
