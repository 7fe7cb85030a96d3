/** What was sent through a channel lately, and whether it arrived. */

import { api } from '../core/api.js';
import { h } from '../core/dom.js';
import { formatMoment } from '../core/format.js';
import { text } from '../text/index.js';
import { loaded, skeleton } from './panels.js';

/** @param {string} channelID @param {AbortSignal} signal */
export const deliveries = (channelID, signal) => loaded({
  signal,
  placeholder: () => skeleton(1, 'rows'),
  load: () => api.notifications(channelID, { signal }),
  show: (list) => (list.length ? table(list.slice(0, 10)) : h('p.quiet', text.channels.noDeliveries)),
});

const table = (list) => h('div.table-scroll', h('table.plain-table',
  h('thead', h('tr', [text.channels.when, text.channels.event, text.channels.result, text.channels.attempts]
    .map((title) => h('th', { scope: 'col' }, title)))),
  h('tbody', list.map((entry) => h('tr',
    h('td', formatMoment(entry.created_at)),
    h('td', text.channels.events[entry.event] ?? entry.event, entry.incident && [' ', h('a', { href: `#/incidents/${entry.incident.id}` }, entry.incident.rule_name)]),
    h('td', h('span.chip', { class: entry.state }, h('span.chip-mark', { 'aria-hidden': 'true' }), text.deliveryStates[entry.state]),
      entry.last_error && h('div.quiet.breakable', entry.last_error)),
    h('td', String(entry.attempts)))))));
