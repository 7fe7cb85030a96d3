/** Pictures and messages that were given up, with the reason and another try. */

import { api } from '../core/api.js';
import { h } from '../core/dom.js';
import { onGap } from '../core/live.js';
import { text } from '../text/index.js';
import { age } from './age.js';
import { whileBusy } from './form.js';
import { button, card, loaded, skeleton } from './panels.js';
import { toastDone, toastError } from './toast.js';

/** @param {AbortSignal} signal */
export function deadLettersCard(signal) {
  const list = loaded({
    signal,
    placeholder: () => skeleton(1, 'rows'),
    load: () => api.deadLetters({ signal }),
    show: (letters) => (letters.length
      ? h('ul.rows.compact', letters.map((letter) => letterRow(letter, list.reload)))
      : h('p.quiet', text.deadLetters.none)),
  });
  onGap(list.reload, signal);
  return card(text.deadLetters.title, h('p.quiet', text.deadLetters.lead), list.element);
}

function letterRow(letter, reload) {
  const again = button({ label: text.deadLetters.again, symbol: 'refresh', style: 'small' });
  again.addEventListener('click', () => whileBusy(again, async () => {
    try {
      await api.revive(letter.queue, letter.id);
      toastDone(text.deadLetters.revived);
      reload();
    } catch (error) {
      toastError(error);
    }
  }));
  return h('li.row-item',
    h('div.row-main', h('span.row-title', letter.reason.message),
      h('span.row-detail', text.system.queueNames[letter.queue] ?? letter.queue, ' · ', text.deadLetters.attempts(letter.attempts), ' · ', age(letter.died_at)),
      h('code.row-detail', letter.reason.code)),
    h('div.row-actions', again));
}
