/** How the system itself is doing, and who may use it. */

import { api } from '../core/api.js';
import { h } from '../core/dom.js';
import { formatBytes, formatCount } from '../core/format.js';
import { onGap } from '../core/live.js';
import { session } from '../core/session.js';
import { age } from '../components/age.js';
import { deadLettersCard } from '../components/dead-letters.js';
import { card, facts, figure, loaded, notice, pageHead, skeleton } from '../components/panels.js';
import { tokensCard } from '../components/tokens.js';
import { usersCard } from '../components/users.js';
import { text } from '../text/index.js';

const refreshEvery = 5000;

export function render({ signal }) {
  const health = loaded({
    signal,
    placeholder: () => skeleton(3, 'rows'),
    load: () => api.system({ signal }),
    show: healthOf,
  });
  const timer = setInterval(health.reload, refreshEvery);
  signal.addEventListener('abort', () => clearInterval(timer));
  onGap(health.reload, signal);
  return h('div.stack', pageHead(text.sections.system, { lead: text.system.lead }),
    health.element,
    session.isAdministrator && [deadLettersCard(signal), h('div.two-columns', usersCard(signal), tokensCard(signal))]);
}

function healthOf(system) {
  return h('div.stack',
    conservation(system.counts),
    h('div.two-columns', queues(system.queues), h('div.stack', storage(system.storage), about(system))));
}

/** Every picture taken has to be somewhere: the sum is checked before everyone's eyes. */
function conservation(counts) {
  const parts = ['observed', 'in_flight', 'failed', 'expired'];
  const missing = counts.taken - parts.reduce((sum, part) => sum + counts[part], 0);
  return card(text.system.pictures,
    h('div.figures',
      figure(text.system.counts.taken, formatCount(counts.taken), text.system.countDetails.taken),
      parts.map((part) => figure(text.system.counts[part], formatCount(counts[part]), text.system.countDetails[part]))),
    missing === 0
      ? notice('done', h('p', text.system.conserved))
      : notice('warning', h('p', text.system.notConserved(formatCount(Math.abs(missing)), missing > 0))));
}

const queues = (list) => card(text.system.queues, list.length
  ? h('div.table-scroll', h('table.plain-table.numbers',
    h('thead', h('tr', text.system.queueTitles.map((title) => h('th', { scope: 'col' }, title)))),
    h('tbody', list.map((queue) => h('tr',
      h('th', { scope: 'row' }, text.system.queueNames[queue.name] ?? queue.name),
      h('td', formatCount(queue.ready)), h('td', formatCount(queue.in_flight)), h('td', formatCount(queue.dead)),
      h('td', queue.oldest ? age(queue.oldest) : '–'))))))
  : h('p.quiet', text.system.noQueues));

function storage({ used_bytes: used, free_bytes: free }) {
  const meter = h('meter.meter', { min: 0, max: used + free, value: used, high: (used + free) * 0.9, 'aria-label': text.system.storage });
  return card(text.system.storage, meter, facts([
    [text.system.used, formatBytes(used)], [text.system.free, formatBytes(free)],
  ]));
}

const about = (system) => card(text.system.about, facts([
  [text.system.version, system.version],
  [text.system.models, system.models.length ? system.models.map((model) => h('div', h('code', model))) : text.system.noModels],
]));
