/** Silence for a rule until a moment. */

import { api } from '../core/api.js';
import { h } from '../core/dom.js';
import { text } from '../text/index.js';
import { openDialog } from './dialog.js';
import { whileBusy } from './form.js';
import { button, iconButton } from './panels.js';
import { toastDone, toastError } from './toast.js';

export function snoozeButton(rule, isSnoozed, reload) {
  return isSnoozed
    ? iconButton('refresh', text.rules.wake, () => snooze(rule, null, reload))
    : iconButton('snooze', text.rules.snoozeNamed(rule.name), () => ask(rule, reload));
}

function ask(rule, reload) {
  const choices = Object.entries(text.rules.snoozeFor).map(([seconds, label]) => {
    const choice = button({ label, style: 'wide' });
    choice.addEventListener('click', () => whileBusy(choice, async () => {
      await snooze(rule, new Date(Date.now() + Number(seconds) * 1000).toISOString(), reload);
      dialog.close();
    }));
    return choice;
  });
  const dialog = openDialog({
    title: text.rules.snoozeTitle(rule.name), body: [h('p', text.rules.snoozeMessage), h('div.snooze-choices', choices)],
  });
}

async function snooze(rule, until, reload) {
  try {
    await api.updateRule(rule.id, { name: rule.name, snoozed_until: until });
    toastDone(until ? text.rules.snoozeDone(rule.name) : text.rules.wakeDone(rule.name));
  } catch (error) {
    toastError(error);
  }
  reload();
}
