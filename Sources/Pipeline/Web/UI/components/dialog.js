/** Dialogs on the browser's own `<dialog>`: Esc closes, focus stays inside and returns where it was. */

import { h, uniqueName } from '../core/dom.js';
import { text } from '../text/index.js';
import { icon } from './icon.js';
import { toastError } from './toast.js';

/**
 * Opens a dialog.
 *
 * @param {{ title: string, body: Node | Node[], actions?: Node[], isWide?: boolean, mustAnswer?: boolean }} options
 *   `mustAnswer`: a click beside it does not close it, for what would be lost
 * @returns {{ element: HTMLDialogElement, close: () => void, closed: Promise<void> }}
 */
export function openDialog({ title, body, actions = [], isWide = false, mustAnswer = false }) {
  const name = uniqueName('dialog');
  const closeButton = h('button.icon-button', { type: 'button', 'aria-label': text.actions.close }, icon('cross'));
  const element = h(`dialog.dialog${isWide ? '.wide' : ''}`, { 'aria-labelledby': name },
    h('div.dialog-head', h('h2', { id: name }, title), closeButton),
    h('div.dialog-body', body),
    actions.length > 0 && h('div.dialog-actions', actions));
  const close = () => element.close();
  closeButton.addEventListener('click', close);
  element.addEventListener('click', (event) => {
    if (event.target === element && !mustAnswer) close();
  });
  const closed = new Promise((resolve) => {
    element.addEventListener('close', () => {
      element.remove();
      resolve();
    });
  });
  document.body.append(element);
  element.showModal();
  element.querySelector('[data-focus]')?.focus();
  return { element, close, closed };
}

/**
 * Asks before something that cannot be undone, does it, and says what went wrong.
 *
 * @param {{ title: string, message: string, action: string, perform: () => Promise<unknown> }} options
 * @returns {Promise<boolean>} whether it was done
 */
export async function confirmAndPerform({ title, message, action, perform }) {
  let isDone = false;
  const cancel = h('button.button', { type: 'button', dataset: { focus: '' } }, text.actions.cancel);
  const confirm = h('button.button.danger', { type: 'button' }, action);
  const dialog = openDialog({ title, body: h('p', message), actions: [cancel, confirm] });
  cancel.addEventListener('click', dialog.close);
  confirm.addEventListener('click', async () => {
    confirm.disabled = true;
    try {
      await perform();
      isDone = true;
      dialog.close();
    } catch (error) {
      confirm.disabled = false;
      toastError(error);
    }
  });
  await dialog.closed;
  return isDone;
}
