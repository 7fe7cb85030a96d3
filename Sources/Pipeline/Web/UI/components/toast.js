/** Short notes about what just happened; they go away on their own, errors only when closed. */

import { fill, h } from '../core/dom.js';
import { text } from '../text/index.js';
import { icon } from './icon.js';

const shownFor = 5000;
const most = 4;

/** @param {string} message */
export const toastDone = (message) => show('done', 'check', message);
/** @param {string | Error} error */
export function toastError(error) {
  if (error?.name === 'AbortError') return;
  show('error', 'warning', typeof error === 'string' ? error : error.message);
}

function show(kind, symbol, message) {
  const stack = document.getElementById('toasts');
  while (stack.children.length >= most) stack.firstChild.remove();
  const close = h('button.icon-button', { type: 'button', 'aria-label': text.actions.close }, icon('cross'));
  const toast = fill(h(`div.toast-note.${kind}`), icon(symbol), h('p', message), close);
  close.addEventListener('click', () => toast.remove());
  stack.append(toast);
  if (kind !== 'error') setTimeout(() => toast.remove(), shownFor);
}
