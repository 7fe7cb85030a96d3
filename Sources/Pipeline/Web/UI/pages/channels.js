/** Channels: who is told of incidents, and whether they were reached. */

import { api } from '../core/api.js';
import { h } from '../core/dom.js';
import { onChange, onGap } from '../core/live.js';
import { session } from '../core/session.js';
import { addChannel, editChannel } from '../components/channel-dialog.js';
import { deliveries } from '../components/deliveries.js';
import { confirmAndPerform } from '../components/dialog.js';
import { whileBusy } from '../components/form.js';
import { button, emptyState, iconButton, loaded, notice, pageHead, skeleton } from '../components/panels.js';
import { toastDone, toastError } from '../components/toast.js';
import { text } from '../text/index.js';

export function render({ signal }) {
  const list = loaded({
    signal,
    placeholder: () => skeleton(2, 'rows'),
    load: () => api.channels({ signal }),
    show: (channels) => (channels.length
      ? channels.map((channel) => channelCard(channel, list.reload, signal))
      : noChannels(add)),
  });
  function add() {
    addChannel(list.reload);
  }
  onGap(list.reload, signal);
  onChange((change) => change.kind === 'channels' && list.reload(), signal);
  const addButton = session.isAdministrator && button({ label: text.channels.add, symbol: 'plus', style: 'primary', onclick: add });
  return h('div', pageHead(text.sections.channels, { lead: text.channels.lead, actions: [addButton] }), list.element);
}

function channelCard(channel, reload, signal) {
  const result = h('div', { 'aria-live': 'polite' });
  const log = deliveries(channel.id, signal);
  onChange((change) => change.kind === 'incident' && log.reload(), signal);
  const test = button({ label: text.channels.test, symbol: 'channel', style: 'small' });
  test.addEventListener('click', () => whileBusy(test, async () => {
    result.replaceChildren(await testResult(channel.id));
    log.reload();
  }));
  const remove = iconButton('delete', text.channels.deleteNamed(channel.name), async () => {
    const isDone = await confirmAndPerform({
      title: text.channels.deleteTitle(channel.name), message: text.channels.deleteMessage,
      action: text.channels.deleteAction, perform: () => api.deleteChannel(channel.id),
    });
    if (!isDone) return;
    toastDone(text.channels.deleted(channel.name));
    reload();
  });
  return h('section.panel.channel', { class: channel.is_enabled ? '' : 'off' },
    h('div.channel-head',
      h('div.row-main', h('h2.row-title', channel.name), h('span.row-detail.breakable', text.channels.kinds[channel.kind]?.name ?? channel.kind, ' · ', channel.destination)),
      !channel.is_enabled && h('span.chip.disabled', text.rules.off),
      session.isAdministrator && h('div.row-actions', test,
        iconButton('edit', text.channels.editNamed(channel.name), () => editChannel(channel, reload)), remove)),
    result,
    h('h3.sub-title', text.channels.deliveries), log.element);
}

async function testResult(id) {
  try {
    const { result, detail } = await api.testChannel(id);
    return result === 'delivered'
      ? notice('done', h('p', text.channels.testDelivered), detail && h('p.quiet', detail))
      : notice('error', h('p', text.channels.testFailed), detail && h('p', detail));
  } catch (error) {
    toastError(error);
    return document.createTextNode('');
  }
}

const noChannels = (add) => emptyState({
  symbol: 'channel', title: text.channels.emptyTitle, message: text.channels.emptyMessage,
  action: session.isAdministrator && button({ label: text.channels.addFirst, symbol: 'plus', style: 'primary', onclick: add }),
});
