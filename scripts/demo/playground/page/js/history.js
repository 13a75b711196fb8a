import { byId, el } from './dom.js';
import { showResult, toneOf } from './result.js';

const KEPT = 24;
const entries = [];

/** Shows a result, and keeps it for another look. */
export function remember(result) {
  entries.unshift(result);
  entries.length = Math.min(entries.length, KEPT);
  show(result);
}

function show(result) {
  showResult(result);
  byId('history').replaceChildren(...entries.map((entry) => el('li', {}, button(entry, entry === result))));
}

function button(entry, isShown) {
  const { answer, title } = entry;
  const made = el(
    'button',
    { type: 'button', className: toneOf(answer.status) },
    el('strong', {}, String(answer.status)),
    title,
  );
  if (isShown) made.setAttribute('aria-current', 'true');
  made.addEventListener('click', () => {
    const index = [...byId('history').querySelectorAll('button')].indexOf(made);
    show(entry);
    byId('history').querySelectorAll('button')[index].focus();
  });
  return made;
}
