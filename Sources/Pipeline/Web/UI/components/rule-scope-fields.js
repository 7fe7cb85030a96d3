/** Where a rule watches: everywhere, or chosen cameras, sites and zones. */

import { h } from '../core/dom.js';
import { text } from '../text/index.js';
import { segmented } from './segmented.js';

/**
 * @param {any} rule @param {any[]} cameras @param {any[]} sites
 * @returns {{ element: HTMLElement, value: () => any, show: (kind: string) => void, isEmpty: () => boolean }}
 */
export function scopeFields(rule, cameras, sites) {
  let isEverywhere = !rule.cameras && !rule.sites.length && !rule.zones.length;
  const zones = cameras.flatMap((camera) => camera.zones.filter((zone) => zone.kind === 'count')
    .map((zone) => ({ id: zone.id, name: text.rules.zoneIn(zone.name, camera.name) })));
  const groups = {
    cameras: checkGroup('cameras', text.ruleForm.cameras, cameras, rule.cameras ?? []),
    sites: checkGroup('sites', text.ruleForm.sites, sites, rule.sites),
    zones: checkGroup('zones', text.ruleForm.zones, zones, rule.zones),
  };
  const chosen = h('fieldset.fieldset', h('legend', text.ruleForm.places),
    h('div.scope-groups', Object.values(groups).map((group) => group.element)));
  const choice = segmented({
    label: text.ruleForm.where, value: isEverywhere ? 'all' : 'some',
    options: [['all', text.ruleForm.everywhere], ['some', text.ruleForm.chosen]],
    onChoose: (key) => { isEverywhere = key === 'all'; chosen.hidden = isEverywhere; },
  });
  chosen.hidden = isEverywhere;
  const places = h('div', choice, chosen);
  const system = h('p.quiet', { hidden: true }, text.ruleForm.system);
  const value = () => {
    if (isEverywhere) return { cameras: null, sites: [], zones: [] };
    const picked = { cameras: groups.cameras.value(), sites: groups.sites.value(), zones: groups.zones.value() };
    return { ...picked, cameras: picked.cameras.length || (!picked.sites.length && !picked.zones.length) ? picked.cameras : null };
  };
  return {
    element: h('div', places, system), value,
    isEmpty: () => !isEverywhere && Object.values(groups).every((group) => !group.value().length),
    show: (kind) => {
      places.hidden = kind === 'overloaded';
      system.hidden = kind !== 'overloaded';
      groups.zones.element.hidden = kind === 'camera' || !zones.length;
    },
  };
}

function checkGroup(name, title, entries, chosen) {
  const boxes = entries.map((entry) => {
    const box = h('input.form-check-input', { type: 'checkbox' });
    box.checked = chosen.includes(entry.id);
    return { id: entry.id, box, element: h('label.form-check', box, h('span.form-check-label', entry.name)) };
  });
  const element = h('div.field', { dataset: { field: name }, hidden: !entries.length },
    h('span.field-name', title), h('div.check-list', boxes.map((entry) => entry.element)), h('p.field-error', { hidden: true }));
  return { element, value: () => boxes.filter((entry) => entry.box.checked).map((entry) => entry.id) };
}
