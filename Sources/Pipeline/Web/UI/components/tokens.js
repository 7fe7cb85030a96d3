/** Tokens by which programs use the API. */

import { api } from '../core/api.js';
import { h } from '../core/dom.js';
import { formatMoment } from '../core/format.js';
import { text } from '../text/index.js';
import { confirmAndPerform, openDialog } from './dialog.js';
import { field, formError, input, onSubmit } from './form.js';
import { button, card, iconButton, loaded, skeleton } from './panels.js';
import { showSecretOnce } from './secret-once.js';
import { toastDone } from './toast.js';

/** @param {AbortSignal} signal */
export function tokensCard(signal) {
  const list = loaded({
    signal,
    placeholder: () => skeleton(1, 'rows'),
    load: () => api.tokens({ signal }),
    show: (tokens) => (tokens.length
      ? h('ul.rows.compact', tokens.map((token) => tokenRow(token, list.reload)))
      : h('p.quiet', text.tokens.none)),
  });
  return card(text.tokens.title, list.element,
    button({ label: text.tokens.add, symbol: 'plus', onclick: () => openTokenDialog(list.reload) }));
}

function tokenRow(token, reload) {
  const remove = iconButton('delete', text.tokens.deleteNamed(token.name), async () => {
    const isDone = await confirmAndPerform({
      title: text.tokens.deleteTitle(token.name), message: text.tokens.deleteMessage,
      action: text.tokens.deleteAction, perform: () => api.deleteToken(token.id),
    });
    if (!isDone) return;
    toastDone(text.tokens.deleted(token.name));
    reload();
  });
  return h('li.row-item',
    h('div.row-main', h('span.row-title', token.name),
      token.created_at && h('span.row-detail', text.tokens.since(formatMoment(token.created_at)))),
    h('div.row-actions', remove));
}

function openTokenDialog(onSaved) {
  const name = input({ dataset: { focus: '' }, placeholder: text.tokens.namePlaceholder });
  const save = button({ label: text.tokens.add, style: 'primary', type: 'submit' });
  const form = h('form', formError(),
    field({ name: 'name', label: text.tokens.name, help: text.tokens.nameHelp, control: name }), h('div.form-actions', save));
  const dialog = openDialog({ title: text.tokens.addTitle, body: form });
  onSubmit(form, save, async () => {
    const { token } = await api.createToken(name.value.trim());
    dialog.close();
    onSaved();
    await showSecretOnce({ title: text.tokens.secretTitle, message: text.tokens.secretMessage, secret: token });
  });
}
