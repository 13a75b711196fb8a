import { byId } from './dom.js';

const KEPT_AS = 'theme';
const prefersDark = matchMedia('(prefers-color-scheme: dark)');

/** The system's choice, until somebody makes another one here. */
export function watchTheme() {
  apply();
  prefersDark.addEventListener('change', apply);
  byId('theme').addEventListener('click', () => {
    localStorage.setItem(KEPT_AS, isDark() ? 'light' : 'dark');
    apply();
  });
}

function isDark() {
  return (localStorage.getItem(KEPT_AS) ?? (prefersDark.matches ? 'dark' : 'light')) === 'dark';
}

function apply() {
  document.documentElement.dataset.theme = isDark() ? 'dark' : 'light';
  byId('theme').setAttribute('aria-pressed', String(isDark()));
}
