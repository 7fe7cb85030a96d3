/** The first visit, by the one-time link: creates the administrator. */

import { api } from '../core/api.js';
import { h } from '../core/dom.js';
import { goTo } from '../core/router.js';
import { setUser, userIn } from '../core/session.js';
import { field, formError, input, onSubmit, showFieldError } from '../components/form.js';
import { button, notice } from '../components/panels.js';
import { welcomeFrame } from '../components/welcome.js';
import { text } from '../text/index.js';

export function render({ query }) {
  const token = query.get('token');
  if (!token) return welcomeFrame(text.setup.title, notice('info', h('p', text.setup.linkNeeded)));
  const name = input({ autocomplete: 'username', dataset: { focus: '' } });
  const password = input({ type: 'password', autocomplete: 'new-password' });
  const again = input({ type: 'password', autocomplete: 'new-password' });
  const create = button({ label: text.setup.action, style: 'primary wide', type: 'submit' });
  const form = h('form', formError(),
    field({ name: 'name', label: text.setup.name, control: name }),
    field({ name: 'password', label: text.setup.password, help: text.password.help, control: password }),
    field({ name: 'again', label: text.setup.again, control: again }),
    create);
  onSubmit(form, create, async () => {
    if (password.value !== again.value) {
      showFieldError(form, 'again', text.setup.different);
      again.focus();
      return;
    }
    setUser(userIn(await api.setUp({ token, name: name.value.trim(), password: password.value })));
    goTo('/');
  });
  return welcomeFrame(text.setup.title, h('p.lead-text', text.setup.lead), form);
}
