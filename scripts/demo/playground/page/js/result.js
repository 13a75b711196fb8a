import { byId, el } from './dom.js';
import { showWay } from './way.js';
import { showWire } from './wire.js';

/** Whose failure it is: the caller's, or ours. */
export function toneOf(status) {
  if (status < 400) return 'good';
  return status < 500 ? 'bad' : 'ours';
}

export function showResult({ title, also, sent, answer, code, detail, way, events }) {
  const tone = toneOf(answer.status);
  byId('verdict').className = `verdict ${tone}`;
  byId('act').textContent = `${title}: ${sent.method} ${sent.path}`;
  byId('status').textContent = `${answer.status} ${answer.statusText}`;
  byId('code').textContent = code ?? '';
  byId('why').replaceChildren(...reason(way, detail));
  byId('also').textContent = also;
  showWay(way, tone);
  showWire({ sent, answer, events });
  showBar(tone, answer, code);
}

export function showFailure(message) {
  byId('verdict').className = 'verdict ours';
  byId('act').textContent = 'Not sent';
  byId('status').textContent = '';
  byId('code').textContent = '';
  byId('why').textContent = message;
  byId('also').textContent = '';
}

function reason(way, detail) {
  const step = way.find(({ outcome }) => outcome === 'decided');
  if (!step) return [`${detail ?? ''} The events do not say which step decided.`];
  const name = el('strong', {}, step.name);
  return detail === undefined
    ? ['Let through; answered by ', name, '.']
    : ['Refused by ', name, `: ${detail}`];
}

/** Some buttons are a screen away from the answer. */
function showBar(tone, { status }, code) {
  const bar = byId('bar');
  bar.className = `bar ${tone}`;
  bar.querySelector('strong').textContent = status;
  bar.querySelector('code').textContent = code ?? '';
}

new IntersectionObserver(([verdict]) => {
  byId('bar').hidden = verdict.isIntersecting;
}).observe(byId('verdict'));
