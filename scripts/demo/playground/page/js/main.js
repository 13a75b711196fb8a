import { acts } from './acts.js';
import { ask } from './api.js';
import { byId } from './dom.js';
import { showIssuer } from './issuer-view.js';
import { showFailure } from './result.js';
import { nameOf, session } from './session.js';
import { watchTheme } from './theme.js';
import { showToken, watchToken } from './token-view.js';
import { asCurl } from './wire.js';

let busy = false;
let tolerance = 0;

watchTheme();
watchToken();
watchButtons();
await tick();
await perform('signInAda');
setInterval(tick, 1000);

/** One act at a time: the buttons stay focusable while one lasts. */
async function perform(name) {
  if (busy) return;
  setBusy(true);
  try {
    await acts[name]({ tolerance, tell: (text) => (byId('meanwhile').textContent = text) });
  } catch (error) {
    showFailure(error.message);
  } finally {
    byId('meanwhile').textContent = '';
    setBusy(false);
    showToken();
    showSession();
    await tick();
  }
}

function setBusy(isBusy) {
  busy = isBusy;
  byId('result').setAttribute('aria-busy', String(isBusy));
  for (const button of document.querySelectorAll('[data-act]'))
    button.setAttribute('aria-disabled', String(isBusy));
}

function watchButtons() {
  for (const button of document.querySelectorAll('[data-act]')) {
    button.addEventListener('click', () => perform(button.dataset.act));
  }
  for (const choice of document.querySelectorAll('[name=credential]')) {
    choice.addEventListener('change', () => {
      session.kind = choice.value;
    });
  }
  byId('curl').addEventListener('click', async () => {
    await navigator.clipboard.writeText(asCurl());
    byId('curl').textContent = 'Copied';
    setTimeout(() => (byId('curl').textContent = 'Copy as curl'), 2000);
  });
}

function showSession() {
  byId('person').textContent = session.token ? nameOf(session.person) : 'Nobody';
  for (const other of document.querySelectorAll('[data-other]')) other.textContent = nameOf(session.other);
  for (const button of document.querySelectorAll('[data-needs-key]')) button.disabled = !session.apiKey;
  for (const choice of document.querySelectorAll('[name=credential]')) {
    choice.checked = choice.value === session.kind;
    if (choice.value === 'api-key') choice.disabled = !session.apiKey;
  }
  showExpiry();
}

function showExpiry() {
  if (!session.token) return;
  const left = Math.ceil((session.expiresAt - Date.now()) / 1000);
  const clock = `${Math.floor(left / 60)}:${String(left % 60).padStart(2, '0')}`;
  byId('expiry').textContent = left > 0 ? `is signed in for ${clock}` : 'had a token, which expired';
}

async function tick() {
  if (document.hidden) return;
  showExpiry();
  try {
    const now = await ask('state');
    ({ clockTolerance: tolerance } = now.settings);
    byId('service').textContent = now.service;
    showIssuer(now);
  } catch {
    byId('expiry').textContent = '- the demo has ended: start it again';
  }
}
