/** What was sent lately, and whether it arrived: of one channel, or of one incident. */

import { api } from '../core/api.js';
import { h } from '../core/dom.js';
import { formatMoment } from '../core/format.js';
import { session } from '../core/session.js';
import { text } from '../text/index.js';
import { whileBusy } from './form.js';
import { button, loaded, skeleton } from './panels.js';
import { toastDone, toastError } from './toast.js';

/** @param {string} channelID @param {AbortSignal} signal */
export function deliveries(channelID, signal) {
  const list = loaded({
    signal,
    placeholder: () => skeleton(1, 'rows'),
    load: () => api.notifications(channelID, { signal }),
    show: (entries) => (entries.length ? table(entries.slice(0, 10), list.reload) : h('p.quiet', text.channels.noDeliveries)),
  });
  return list;
}

const table = (list, reload) => h('div.table-scroll', h('table.plain-table.stacked',
  h('thead', h('tr', [text.channels.when, text.channels.event, text.channels.result, text.channels.attempts]
    .map((title) => h('th', { scope: 'col' }, title)))),
  h('tbody', list.map((entry) => h('tr',
    h('td', formatMoment(entry.created_at)),
    h('td', text.channels.events[entry.event] ?? entry.event, ' ',
      entry.incident && h('a', { href: `#/incidents/${entry.incident.id}` }, entry.incident.rule_name)),
    h('td', result(entry, reload)),
    h('td', { dataset: { label: text.channels.attempts } }, String(entry.attempts)))))));

/** The state with its reason, the next try, and a button for what was given up. */
function result(entry, reload) {
  return [
    h('span.chip', { class: entry.state }, h('span.chip-mark', { 'aria-hidden': 'true' }), text.deliveryStates[entry.state]),
    entry.last_error && h('div.quiet.breakable', entry.last_error),
    entry.next_attempt_at && entry.attempts > 0 && h('div.quiet', text.channels.nextAttempt(formatMoment(entry.next_attempt_at))),
    entry.state === 'failed' && session.isAdministrator && h('div', retryButton(entry, reload)),
  ];
}

function retryButton(entry, reload) {
  const again = button({ label: text.channels.retry, symbol: 'refresh', style: 'small' });
  again.addEventListener('click', () => whileBusy(again, async () => {
    try {
      await api.retryNotification(entry.channel_id, entry.id);
      toastDone(text.channels.retried);
    } catch (error) {
      toastError(error);
    }
    await reload();
  }));
  return again;
}

/** Who was told of an incident. @param {string} incidentID @param {AbortSignal} signal */
export function toldOf(incidentID, signal) {
  const list = loaded({
    signal,
    placeholder: () => skeleton(1, 'rows'),
    load: () => Promise.all([api.incidentNotifications(incidentID, { signal }), api.channels({ signal })]),
    show: ([entries, channels]) => (entries.length
      ? h('ul.told', entries.map((entry) => h('li',
        h('div', h('strong', channels.find((channel) => channel.id === entry.channel_id)?.name ?? text.channels.gone),
          h('span.quiet', text.channels.events[entry.event] ?? entry.event, ' · ', formatMoment(entry.created_at))),
        h('div', result(entry, list.reload)))))
      : h('p.quiet', text.channels.notTold)),
  });
  return list;
}
