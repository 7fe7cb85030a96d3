/** The zones of a camera, drawn on its latest picture. */

import { api, pictureAddress } from '../core/api.js';
import { fill, h } from '../core/dom.js';
import { session } from '../core/session.js';
import { formError, input, onSubmit, select } from '../components/form.js';
import { button, card, iconButton, linkButton, loaded, notice, pageHead, skeleton } from '../components/panels.js';
import { toastDone } from '../components/toast.js';
import { zoneStage } from '../components/zone-stage.js';
import { text } from '../text/index.js';

const maximumZones = 32;

export function render({ params, signal }) {
  const page = loaded({
    signal,
    placeholder: () => h('div.zone-layout', skeleton(1, 'large-picture'), skeleton(2, 'rows')),
    load: () => api.camera(params.id, { signal }),
    show: (camera) => zonePage(camera),
  });
  return h('div', page.element);
}

function zonePage(camera) {
  document.title = `${text.zones.title(camera.name)} · ${text.product}`;
  const zones = camera.zones.map((zone) => ({ ...zone, polygon: zone.polygon.map((point) => [...point]) }));
  const latest = camera.latest;
  let chosen = zones[0] ?? null;
  const list = h('div.zone-list');
  const unsaved = h('span.quiet', { role: 'status' });
  const save = button({ label: text.actions.save, style: 'primary', type: 'submit' });
  const add = button({ label: text.zones.add, symbol: 'plus', onclick: addZone });
  const stage = zoneStage({
    address: latest && pictureAddress(latest.snapshot_id), width: latest?.width ?? 16, height: latest?.height ?? 9, name: camera.name,
    zones, onChoose: choose, onChange: touched,
  });

  function touched() {
    fill(unsaved, text.zones.unsaved);
  }

  function choose(zone) {
    chosen = zone;
    stage.show(zone);
    paint();
  }

  function addZone() {
    const shift = 0.04 * (zones.length % 5);
    zones.push({
      name: text.zones.newName(zones.length + 1), kind: 'count',
      polygon: [[0.3, 0.3], [0.7, 0.3], [0.7, 0.7], [0.3, 0.7]].map(([x, y]) => [x - shift, y + shift]),
    });
    choose(zones.at(-1));
    touched();
  }

  function paint() {
    fill(list, zones.length ? zones.map(zoneItem) : h('p.quiet', text.zones.empty));
    add.disabled = zones.length >= maximumZones;
  }

  function zoneItem(zone, index) {
    const isChosen = zone === chosen;
    const swatch = h('span.zone-swatch', { class: zone.kind, 'aria-hidden': 'true' });
    const name = input({ value: zone.name, 'aria-label': text.zones.name, oninput: () => { zone.name = name.value; touched(); }, onfocus: () => zone !== chosen && mark(zone) });
    const kind = select(Object.entries(text.zones.kinds).map(([value, label]) => ({ value, label })), zone.kind, {
      'aria-label': text.zones.kind,
      onchange: () => { zone.kind = kind.value; touched(); choose(zone); },
    });
    return h('div.zone-item', { class: isChosen ? 'chosen' : '', onclick: () => zone !== chosen && mark(zone) },
      h('div.field', { dataset: { field: `zones.${index}.name` } }, h('div.zone-item-head', swatch, name,
        iconButton('delete', text.zones.remove(zone.name), (event) => { event.stopPropagation(); remove(zone); })), h('p.field-error', { hidden: true })),
      h('div', { dataset: { field: `zones.${index}.polygon` } }, kind, h('p.field-error', { hidden: true })),
      isChosen && h('p.help', text.zones.kindHelp[zone.kind]));
  }

  /** Marks without building the list anew, so that a field keeps its focus. */
  function mark(zone) {
    chosen = zone;
    stage.show(zone);
    for (const [index, item] of [...list.children].entries()) item.classList.toggle('chosen', zones[index] === zone);
  }

  function remove(zone) {
    zones.splice(zones.indexOf(zone), 1);
    touched();
    choose(zones[0] ?? null);
  }

  const form = h('form', formError(), h('div', { dataset: { field: 'zones' } }, h('p.field-error', { hidden: true })), list,
    session.isAdministrator && h('div.form-actions', add, save, linkButton(`#/cameras/${camera.id}`, text.actions.cancel), unsaved));
  onSubmit(form, save, async () => {
    const saved = await api.saveZones(camera.id, zones);
    for (const [index, zone] of saved.entries()) zones[index].id = zone.id;
    fill(unsaved);
    toastDone(text.zones.saved);
  });
  choose(chosen);
  return [
    pageHead(text.zones.title(camera.name), { lead: text.zones.lead, back: { href: `#/cameras/${camera.id}`, label: text.cameras.backToCamera } }),
    h('div.zone-layout',
      h('div.camera-main', !latest && notice('info', h('p', text.zones.noPicture)), stage.element, h('p.quiet', text.zones.hint, ' ', text.zones.keyboard)),
      card(null, form)),
  ];
}
