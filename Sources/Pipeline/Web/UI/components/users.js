/** Who may sign in. */

import { api } from '../core/api.js';
import { h } from '../core/dom.js';
import { session } from '../core/session.js';
import { text } from '../text/index.js';
import { confirmAndPerform, openDialog } from './dialog.js';
import { field, formError, input, onSubmit, select } from './form.js';
import { button, card, iconButton, loaded, skeleton } from './panels.js';
import { openPasswordDialog } from './password-dialog.js';
import { toastDone } from './toast.js';

/** @param {AbortSignal} signal */
export function usersCard(signal) {
  const list = loaded({
    signal,
    placeholder: () => skeleton(2, 'rows'),
    load: () => api.users({ signal }),
    show: (users) => h('ul.rows.compact', users.map((user) => userRow(user, list.reload))),
  });
  return card(text.users.title, list.element,
    button({ label: text.users.add, symbol: 'plus', onclick: () => openUserDialog(list.reload) }));
}

function userRow(user, reload) {
  const isOneself = user.id === session.user.id;
  return h('li.row-item',
    h('div.row-main', h('span.row-title', user.name, isOneself && h('span.quiet', ` ${text.users.you}`)),
      h('span.row-detail', text.roles[user.role])),
    h('div.row-actions',
      iconButton('key', text.users.passwordOf(user.name), () => openPasswordDialog(user)),
      !isOneself && iconButton('delete', text.users.deleteNamed(user.name), () => remove(user, reload))));
}

async function remove(user, reload) {
  const isDone = await confirmAndPerform({
    title: text.users.deleteTitle(user.name), message: text.users.deleteMessage,
    action: text.users.deleteAction, perform: () => api.deleteUser(user.id),
  });
  if (!isDone) return;
  toastDone(text.users.deleted(user.name));
  reload();
}

function openUserDialog(onSaved) {
  const name = input({ dataset: { focus: '' }, autocapitalize: 'none' });
  const role = select(['viewer', 'administrator'].map((value) => ({ value, label: text.roles[value] })), 'viewer');
  const password = input({ type: 'password', autocomplete: 'new-password' });
  const save = button({ label: text.users.add, style: 'primary', type: 'submit' });
  const form = h('form', formError(),
    field({ name: 'name', label: text.users.name, control: name }),
    field({ name: 'role', label: text.users.role, help: text.users.roleHelp, control: role }),
    field({ name: 'password', label: text.users.password, help: text.password.help, control: password }),
    h('div.form-actions', save));
  const dialog = openDialog({ title: text.users.addTitle, body: form });
  onSubmit(form, save, async () => {
    const user = await api.createUser({ name: name.value.trim(), role: role.value, password: password.value });
    dialog.close();
    toastDone(text.users.added(user?.name ?? name.value.trim()));
    onSaved();
  });
}
