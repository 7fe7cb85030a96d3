/** Rules: when to open an incident and when to close it, as sentences. */

import { api } from '../core/api.js';
import { h } from '../core/dom.js';
import { formatList, formatMoment } from '../core/format.js';
import { onChange, onGap } from '../core/live.js';
import { session } from '../core/session.js';
import { confirmAndPerform } from '../components/dialog.js';
import { icon } from '../components/icon.js';
import { emptyState, iconButton, linkButton, loaded, pageHead, skeleton } from '../components/panels.js';
import { snoozeButton } from '../components/snooze.js';
import { severityChip } from '../components/states.js';
import { toastDone, toastError } from '../components/toast.js';
import { text } from '../text/index.js';

export function render({ signal }) {
  const list = loaded({
    signal,
    placeholder: () => skeleton(2, 'rows'),
    load: () => Promise.all([api.rules({ signal }), api.cameras({ signal }), api.sites({ signal })]),
    show: ([rules, cameras, { sites }]) => (rules.length
      ? h('ul.rows', rules.map((rule) => ruleRow(rule, cameras, sites, list.reload))) : noRules()),
  });
  onGap(list.reload, signal);
  onChange((change) => change.kind === 'rules' && list.reload(), signal);
  const add = session.isAdministrator && linkButton('#/rules/new', text.rules.add, 'plus', 'primary');
  return h('div', pageHead(text.sections.rules, { lead: text.rules.lead, actions: [add] }), list.element);
}

function ruleRow(rule, cameras, sites, reload) {
  const isSnoozed = rule.snoozed_until && new Date(rule.snoozed_until) > new Date();
  return h('li.row-item.rule', { class: rule.is_enabled ? '' : 'off' },
    h('div.row-main', h('span.row-title', rule.name),
      h('p.rule-words', text.rules.inWords({ ...rule, where: whereInWords(rule, cameras, sites) }))),
    h('div.row-side', h('div.row-chips', severityChip(rule.severity),
      rule.schedule && h('span.chip', text.rules.hours),
      isSnoozed && h('span.chip.warning', text.rules.snoozed(formatMoment(rule.snoozed_until))),
      !rule.is_enabled && h('span.chip.disabled', text.rules.off))),
    session.isAdministrator && h('div.row-actions',
      enabledSwitch(rule, reload),
      snoozeButton(rule, isSnoozed, reload),
      h('a.icon-button', { href: `#/rules/${rule.id}`, 'aria-label': text.rules.editNamed(rule.name), title: text.actions.edit }, icon('edit')),
      iconButton('delete', text.rules.deleteNamed(rule.name), () => remove(rule, reload))));
}

/** `Entrance and every camera of Main street`. */
function whereInWords(rule, cameras, sites) {
  const nameOf = (list, id) => list.find((entry) => entry.id === id)?.name;
  const zones = cameras.flatMap((camera) => camera.zones.map((zone) => ({ id: zone.id, name: text.rules.zoneIn(zone.name, camera.name) })));
  const names = [
    ...(rule.cameras ?? []).map((id) => nameOf(cameras, id) ?? text.rules.cameraGone),
    ...rule.sites.map((id) => text.rules.siteOf(nameOf(sites, id) ?? '–')),
    ...rule.zones.map((id) => nameOf(zones, id) ?? text.incidents.zoneGone),
  ];
  return names.length ? formatList(names) : text.rules.allCameras;
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

const noRules = () => emptyState({
  symbol: 'rule', title: text.rules.emptyTitle, message: text.rules.emptyMessage,
  action: session.isAdministrator && linkButton('#/rules/new', text.rules.addFirst, 'plus', 'primary'),
});
