/** Adding a channel, in two steps, and editing one; a webhook's signing secret is shown once. */

import { api } from '../core/api.js';
import { h } from '../core/dom.js';
import { text } from '../text/index.js';
import { channelFields, kindNames } from './channel-fields.js';
import { openDialog } from './dialog.js';
import { field, formError, input, onSubmit, toggle } from './form.js';
import { icon } from './icon.js';
import { messageWords } from './message-words.js';
import { button } from './panels.js';
import { showSecretOnce } from './secret-once.js';
import { toastDone } from './toast.js';

/** First which kind, then its fields. @param {() => void} onSaved */
export function addChannel(onSaved) {
  const choose = (kind) => {
    dialog.close();
    openForm(kind, null, onSaved);
  };
  const tiles = kindNames.map((kind) => h('button.kind-tile', { type: 'button', onclick: () => choose(kind) },
    icon('channel'), h('span', h('span.choice-title', text.channels.kinds[kind].name), h('span.choice-detail', text.channels.kinds[kind].about))));
  const dialog = openDialog({ title: text.channels.chooseTitle, body: h('div.kind-tiles', tiles), isWide: true });
}

/** @param {any} channel @param {() => void} onSaved */
export const editChannel = (channel, onSaved) => openForm(channel.kind, channel, onSaved);

function openForm(kind, channel, onSaved) {
  const kindName = text.channels.kinds[kind].name;
  const name = input({ value: channel?.name ?? '', placeholder: text.channels.namePlaceholder, dataset: channel ? {} : { focus: '' } });
  const fields = channelFields(kind, channel?.settings ?? null);
  const words = messageWords(channel);
  const enabled = toggle({ name: 'is_enabled', label: text.channels.enabled, checked: channel?.is_enabled ?? true });
  const save = button({ label: channel ? text.actions.save : text.channels.add, style: 'primary', type: 'submit' });
  const back = !channel && button({ label: text.channels.back, symbol: 'back', onclick: () => { dialog.close(); addChannel(onSaved); } });
  const form = h('form', formError(),
    field({ name: 'name', label: text.channels.name, help: text.channels.nameHelp, control: name }),
    fields.element, words.element, channel && enabled.element,
    h('div.form-actions', back, h('span.spacer'), save));
  const title = channel ? text.channels.editTitle(channel.name) : text.channels.addTitle(kindName);
  const dialog = openDialog({ title, body: form, isWide: true, mustAnswer: true });

  onSubmit(form, save, async () => {
    const body = { name: name.value.trim(), kind, settings: fields.value(), is_enabled: enabled.box.checked, ...words.value() };
    try {
      const saved = channel ? await api.updateChannel(channel.id, body) : await api.createChannel(body);
      dialog.close();
      onSaved();
      if (saved?.secret) await showSecretOnce({ title: text.channels.secretTitle, message: text.channels.secretMessage, secret: saved.secret });
      else toastDone(text.channels.saved(body.name));
    } catch (error) {
      openDetailsOf(form, error.errors ?? []);
      throw error;
    }
  });
}

/** So that no error hides in what is folded away. */
function openDetailsOf(form, errors) {
  for (const details of form.querySelectorAll('details')) {
    const names = [...details.querySelectorAll('[data-field]')].map((element) => element.dataset.field);
    if (errors.some((error) => names.includes(error.field))) details.open = true;
  }
}
