/** Who is signed in, with what they may do about it. */

import { api } from '../core/api.js';
import { h } from '../core/dom.js';
import { session, setUser } from '../core/session.js';
import { text } from '../text/index.js';
import { icon } from './icon.js';
import { openPasswordDialog } from './password-dialog.js';
import { toastError } from './toast.js';

/** @param {() => void} onSignedOut @param {AbortSignal} signal */
export function accountMenu(onSignedOut, signal) {
  const password = h('button.menu-item', { type: 'button', onclick: () => openPasswordDialog() },
    icon('key'), text.shell.changePassword);
  const leave = h('button.menu-item', { type: 'button' }, icon('sign-out'), text.shell.signOut);
  leave.addEventListener('click', async () => {
    try {
      await api.signOut();
    } catch (error) {
      if (error.status !== 401) return toastError(error);
    }
    setUser(null);
    onSignedOut();
  });
  const menu = h('details.menu',
    h('summary.icon-button', { 'aria-label': text.shell.account(session.user.name) }, icon('user')),
    h('div.menu-list',
      h('div.menu-head', h('strong', session.user.name), h('span', text.roles[session.user.role])),
      password, leave));
  const closeMenu = () => { menu.open = false; };
  menu.addEventListener('click', (event) => event.target.closest('.menu-item') && closeMenu());
  document.addEventListener('click', (event) => !menu.contains(event.target) && closeMenu(), { signal });
  document.addEventListener('keydown', (event) => {
    if (event.key !== 'Escape' || !menu.open) return;
    closeMenu();
    menu.querySelector('summary').focus();
  }, { signal });
  return menu;
}
