import { byId, el } from './dom.js';

/** What changes by itself, once a second: the issuer, and how old the service's keys are. */
export function showIssuer({ now, settings, kid, published, fetches, readAt, isUp }) {
  byId('outage').textContent = isUp ? 'Take it down' : 'Bring it back';
  const facts = [
    ['State', isUp ? 'up' : 'down'],
    ['Signs with', kid],
    ['Publishes', published.length === 1 ? '1 key' : `${published.length} keys`],
    ['Asked', `${fetches} times for its keys`],
    ['Keys here', readAt === undefined ? 'never read' : ageOf((now - readAt) / 1000, settings)],
  ];
  byId('issuer').replaceChildren(
    ...facts.flatMap(([name, fact]) => [el('dt', {}, name), el('dd', {}, fact)]),
  );
}

function ageOf(age, { keysFresh, keysStale }) {
  const seconds = `${Math.max(0, Math.floor(age))} s old`;
  if (age < keysFresh) return `${seconds}, fresh until ${keysFresh} s`;
  if (age < keysFresh + keysStale) return `${seconds}, stale, used until ${keysFresh + keysStale} s`;
  return `${seconds}, too old to be used`;
}
