import { byId } from './dom.js';
import { session } from './session.js';
import { changesIn, joined, partsOf } from './token.js';
import { colouredParts } from './wire.js';

const NAMES = ['header', 'payload', 'signature'];
const field = (name) => byId(`part-${name}`);

export function showToken() {
  if (!session.token) return;
  for (const name of NAMES) field(name).value = session.parts[name];
  showState();
}

export function watchToken() {
  for (const name of NAMES) {
    field(name).addEventListener('input', () => {
      if (!session.token) return;
      session.parts[name] = field(name).value;
      session.kind = 'token';
      showState();
    });
  }
  byId('undo').addEventListener('click', () => {
    session.parts = partsOf(session.token);
    showToken();
    field('payload').focus();
  });
}

function showState() {
  const changed = changesIn(session.token, session.parts);
  byId('raw').replaceChildren(...colouredParts(joined(session.token, session.parts)));
  byId('token-state').textContent =
    changed.length === 0
      ? 'As the issuer signed it. Change any part, and send it.'
      : `Changed: ${changed.join(', ')}.`;
  byId('undo').disabled = changed.length === 0;
}
