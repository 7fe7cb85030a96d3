/** Shows a secret the only time it can be seen, with a button to copy it. */

import { fill, h } from '../core/dom.js';
import { text } from '../text/index.js';
import { openDialog } from './dialog.js';
import { icon } from './icon.js';
import { button, notice } from './panels.js';

/** @param {{ title: string, message: string, secret: string }} options */
export function showSecretOnce({ title, message, secret }) {
  const value = h('code.secret', { tabindex: '0' }, secret);
  const copy = button({ label: text.actions.copy, symbol: 'copy' });
  copy.dataset.focus = '';
  copy.addEventListener('click', async () => {
    const isCopied = await copyText(secret, value);
    fill(copy, icon(isCopied ? 'check' : 'copy'), h('span', isCopied ? text.secret.copied : text.secret.copyByHand));
  });
  const done = button({ label: text.secret.kept, style: 'primary' });
  const dialog = openDialog({
    title, mustAnswer: true, actions: [done],
    body: [h('p', message), h('div.secret-line', value, copy), notice('warning', h('p', text.secret.once))],
  });
  done.addEventListener('click', dialog.close);
  return dialog.closed;
}

/** The clipboard needs HTTPS or localhost; elsewhere the text is selected to be copied by hand. */
async function copyText(words, element) {
  try {
    await navigator.clipboard.writeText(words);
    return true;
  } catch {
    getSelection().selectAllChildren(element);
    return false;
  }
}
