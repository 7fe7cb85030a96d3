/** Rules: when to open an incident and when to close it, as sentences. */

import { api } from '../core/api.js';
import { h } from '../core/dom.js';
import { formatList } from '../core/format.js';
import { onChange, onGap } from '../core/live.js';
import { session } from '../core/session.js';
import { confirmAndPerform } from '../components/dialog.js';
import { button, emptyState, iconButton, loaded, pageHead, skeleton } from '../components/panels.js';
import { newRule, openRuleDialog } from '../components/rule-dialog.js';
import { severityChip } from '../components/states.js';
import { toastDone, toastError } from '../components/toast.js';
import { text } from '../text/index.js';

export function render({ signal }) {
  const list = loaded({
    signal,
    placeholder: () => skeleton(2, 'rows'),
    load: () => Promise.all([api.rules({ signal }), api.cameras({ signal })]),
    show: ([rules, cameras]) => (rules.length
      ? h('ul.rows', rules.map((rule) => ruleRow(rule, cameras, list.reload)))
      : noRules(() => edit(newRule))),
  });
  async function edit(rule) {
    const cameras = await api.cameras({ signal }).catch((error) => toastError(error));
    if (cameras) openRuleDialog(rule, cameras, list.reload);
  }
  onGap(list.reload, signal);
  onChange((change) => change.kind === 'rules' && list.reload(), signal);
  const add = session.isAdministrator && button({ label: text.rules.add, symbol: 'plus', style: 'primary', onclick: () => edit(newRule) });
  return h('div', pageHead(text.sections.rules, { lead: text.rules.lead, actions: [add] }), list.element);
}

function ruleRow(rule, cameras, reload) {
  return h('li.row-item.rule', { class: rule.is_enabled ? '' : 'off' },
    h('div.row-main', h('span.row-title', rule.name), h('p.rule-words', ruleInWords(rule, cameras))),
    h('div.row-side', h('div.row-chips', severityChip(rule.severity), !rule.is_enabled && h('span.chip.disabled', text.rules.off))),
    session.isAdministrator && h('div.row-actions',
      enabledSwitch(rule, reload),
      iconButton('edit', text.rules.editNamed(rule.name), () => openRuleDialog(rule, cameras, reload)),
      iconButton('delete', text.rules.deleteNamed(rule.name), () => remove(rule, reload))));
}

/** `When at least 2 faces without a mask are seen on Entrance in 2 pictures in a row, …` */
function ruleInWords(rule, cameras) {
  const names = rule.cameras?.map((id) => cameras.find((camera) => camera.id === id)?.name ?? text.rules.cameraGone);
  const where = names ? formatList(names) : text.rules.allCameras;
  return text.rules.inWords({ ...rule, where });
}

function enabledSwitch(rule, reload) {
  const box = h('input.form-check-input', { type: 'checkbox', role: 'switch', 'aria-label': text.rules.enabledNamed(rule.name) });
  box.checked = rule.is_enabled;
  box.addEventListener('change', async () => {
    try {
      await api.updateRule(rule.id, { name: rule.name, is_enabled: box.checked });
      toastDone(box.checked ? text.rules.turnedOn(rule.name) : text.rules.turnedOff(rule.name));
    } catch (error) {
      toastError(error);
    }
    reload();
  });
  return h('span.form-switch.bare', box);
}

async function remove(rule, reload) {
  const isDone = await confirmAndPerform({
    title: text.rules.deleteTitle(rule.name), message: text.rules.deleteMessage,
    action: text.rules.deleteAction, perform: () => api.deleteRule(rule.id),
  });
  if (!isDone) return;
  toastDone(text.rules.deleted(rule.name));
  reload();
}

const noRules = (add) => emptyState({
  symbol: 'rule', title: text.rules.emptyTitle, message: text.rules.emptyMessage,
  action: session.isAdministrator && button({ label: text.rules.addFirst, symbol: 'plus', style: 'primary', onclick: add }),
});
