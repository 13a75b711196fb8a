import { byId, el } from './dom.js';

/** What the cache repeats is drawn inside of it. */
const INSIDE_CACHE = ['strict parse', 'key', 'engine', 'claims'];
const SAID = { passed: 'passed', skipped: 'not needed', unreached: 'not reached' };
const MS_BETWEEN = 35;

export function showWay(way, tone) {
  const drawn = way.map((step, index) => ({ name: step.name, element: drawStep(step, tone, index) }));
  const inside = drawn
    .filter(({ name }) => INSIDE_CACHE.includes(name))
    .map(({ element }) => el('li', {}, element));
  const items = drawn
    .filter(({ name }) => !INSIDE_CACHE.includes(name))
    .map(({ name, element }) =>
      name === 'cache'
        ? el('li', {}, element, el('ol', { className: 'inside' }, ...inside))
        : el('li', {}, element),
    );
  byId('way').replaceChildren(...items);
}

function drawStep({ name, outcome, note }, tone, index) {
  const said = SAID[outcome] ?? (tone === 'good' ? 'gave the answer' : 'refused');
  const step = el(
    'div',
    { className: outcome === 'decided' ? `step decided ${tone}` : `step ${outcome}` },
    el('span', { className: 'name' }, name, el('span', { className: 'hidden' }, `, ${said}. `)),
    el('span', { className: 'note' }, note),
  );
  step.dataset.step = name;
  step.dataset.outcome = outcome;
  step.style.animationDelay = `${index * MS_BETWEEN}ms`;
  return step;
}
