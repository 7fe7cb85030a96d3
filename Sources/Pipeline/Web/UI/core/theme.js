/** The colour scheme: what the system says, unless the user chose light or dark here. */

/** @typedef {'system' | 'light' | 'dark'} Theme */

const storageKey = 'maskwatch.theme';
const order = ['system', 'light', 'dark'];
const darkSystem = matchMedia('(prefers-color-scheme: dark)');
const listeners = new EventTarget();

darkSystem.addEventListener('change', apply);

/** The styles know only `data-scheme`; `theme-early.js` sets it first. */
function apply() {
  const chosen = theme();
  document.documentElement.dataset.scheme = chosen !== 'system' ? chosen : darkSystem.matches ? 'dark' : 'light';
  listeners.dispatchEvent(new Event('change'));
}

/** @returns {Theme} */
export function theme() {
  return /** @type {Theme} */ (document.documentElement.dataset.theme ?? 'system');
}

/** @returns {Theme} the next choice of the switch */
export function nextTheme() {
  return /** @type {Theme} */ (order[(order.indexOf(theme()) + 1) % order.length]);
}

/** @param {Theme} choice */
export function setTheme(choice) {
  const root = document.documentElement;
  if (choice === 'system') delete root.dataset.theme;
  else root.dataset.theme = choice;
  try {
    if (choice === 'system') localStorage.removeItem(storageKey);
    else localStorage.setItem(storageKey, choice);
  } catch {
    // Storage is blocked: the choice lasts as long as the page.
  }
  apply();
}

/** Calls `handler` whenever the colours change; charts paint with colours they have to read again. */
export function onThemeChange(handler, signal) {
  listeners.addEventListener('change', handler, { signal });
}
