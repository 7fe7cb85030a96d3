/** Signing in. */

import { api, Problem } from '../core/api.js';
import { h } from '../core/dom.js';
import { formatDuration } from '../core/format.js';
import { goTo } from '../core/router.js';
import { refreshSession, setUser, userIn } from '../core/session.js';
import { field, formError, input, onSubmit } from '../components/form.js';
import { button } from '../components/panels.js';
import { welcomeFrame } from '../components/welcome.js';
import { text } from '../text/index.js';

export function render() {
  const name = input({ autocomplete: 'username', dataset: { focus: '' }, autocapitalize: 'none', spellcheck: 'false' });
  const password = input({ type: 'password', autocomplete: 'current-password' });
  const enter = button({ label: text.signIn.action, style: 'primary wide', type: 'submit' });
  const form = h('form', formError(),
    field({ name: 'name', label: text.signIn.name, control: name }),
    field({ name: 'password', label: text.signIn.password, control: password }),
    enter);
  onSubmit(form, enter, async () => {
    try {
      setUser(userIn(await api.signIn(name.value.trim(), password.value)));
    } catch (error) {
      throw inWords(error);
    }
    await refreshSession();
    goTo('/');
  });
  return welcomeFrame(text.signIn.title, form, h('p.help', text.signIn.forgotten));
}

/** A wrong password and too many of them, in friendlier words than the protocol's. */
function inWords(error) {
  if (error.status === 401) return new Problem(401, { detail: text.signIn.wrong });
  if (error.status !== 429) return error;
  return new Problem(429, { detail: text.signIn.tooMany(error.retryAfter ? formatDuration(error.retryAfter) : null) });
}
