/** Lets a person choose another password. */

import { api } from '../core/api.js';
import { h } from '../core/dom.js';
import { session } from '../core/session.js';
import { text } from '../text/index.js';
import { openDialog } from './dialog.js';
import { field, formError, input, onSubmit } from './form.js';
import { button } from './panels.js';
import { toastDone } from './toast.js';

/** One's own password asks for the current one; an administrator sets another's without. @param {any} [user] */
export function openPasswordDialog(user) {
  const other = user?.id && user.id !== session.user.id ? user : null;
  const current = input({ type: 'password', autocomplete: 'current-password', dataset: { focus: '' } });
  const password = input({ type: 'password', autocomplete: 'new-password', dataset: other ? { focus: '' } : {} });
  const save = button({ label: text.actions.save, style: 'primary', type: 'submit' });
  const form = h('form', formError(),
    !other && field({ name: 'current', label: text.password.current, control: current }),
    field({ name: 'password', label: text.password.new, help: text.password.help, control: password }),
    h('div.form-actions', save));
  const title = other ? text.password.titleFor(other.name) : text.password.title;
  const dialog = openDialog({ title, body: form });
  onSubmit(form, save, async () => {
    const body = other ? { password: password.value } : { current: current.value, password: password.value };
    await api.setPassword((other ?? session.user).id, body);
    dialog.close();
    toastDone(text.password.done);
  });
}
