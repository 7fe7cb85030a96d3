/** Adding and editing a webhook; the signing secret is shown once. */

import { api } from '../core/api.js';
import { h } from '../core/dom.js';
import { text } from '../text/index.js';
import { openDialog } from './dialog.js';
import { field, formError, input, onSubmit, toggle } from './form.js';
import { button } from './panels.js';
import { showSecretOnce } from './secret-once.js';
import { toastDone } from './toast.js';

/** @param {any | null} channel @param {() => void} onSaved */
export function openChannelDialog(channel, onSaved) {
  const name = input({ value: channel?.name ?? '', placeholder: text.channels.namePlaceholder, dataset: channel ? {} : { focus: '' } });
  const address = input({ value: channel?.address ?? '', inputmode: 'url', spellcheck: 'false', placeholder: 'https://' });
  const enabled = toggle({ name: 'is_enabled', label: text.channels.enabled, checked: channel?.is_enabled ?? true });
  const save = button({ label: channel ? text.actions.save : text.channels.add, style: 'primary', type: 'submit' });
  const form = h('form', formError(),
    field({ name: 'name', label: text.channels.name, control: name }),
    field({ name: 'address', label: text.channels.address, help: text.channels.addressHelp, control: address }),
    channel && enabled.element, h('div.form-actions', save));
  const dialog = openDialog({ title: channel ? text.channels.editTitle : text.channels.addTitle, body: form });

  onSubmit(form, save, async () => {
    const body = { name: name.value.trim(), kind: 'webhook', address: address.value.trim(), is_enabled: enabled.box.checked };
    const saved = channel ? await api.updateChannel(channel.id, body) : await api.createChannel(body);
    dialog.close();
    onSaved();
    if (saved?.secret) await showSecretOnce({ title: text.channels.secretTitle, message: text.channels.secretMessage, secret: saved.secret });
    else toastDone(text.channels.saved(body.name));
  });
}
