/** Adding and editing a rule: a sentence with gaps to fill in. */

import { api } from '../core/api.js';
import { h } from '../core/dom.js';
import { text } from '../text/index.js';
import { openDialog } from './dialog.js';
import { field, formError, input, onSubmit, select, showFieldError, toggle } from './form.js';
import { button } from './panels.js';
import { toastDone } from './toast.js';

export const newRule = {
  name: '', is_enabled: true, cameras: null, minimum_faces: 1, counts_incorrect: false,
  confirmation: 2, release: 3, severity: 'warning',
};

/** @param {any} rule @param {any[]} cameras @param {() => void} onSaved */
export function openRuleDialog(rule, cameras, onSaved) {
  const isNew = !rule.id;
  const name = input({ value: rule.name, placeholder: text.rules.namePlaceholder, dataset: isNew ? { focus: '' } : {} });
  const gap = (fieldName, value, label) => gapFor(fieldName, input({ type: 'number', min: 1, max: 100, step: 1, value, 'aria-label': label }));
  const faces = gap('minimum_faces', rule.minimum_faces, text.rules.minimumFaces);
  const confirmation = gap('confirmation', rule.confirmation, text.rules.confirmation);
  const release = gap('release', rule.release, text.rules.release);
  const kinds = gapFor('counts_incorrect', select([
    { value: 'false', label: text.rules.withoutOnly }, { value: 'true', label: text.rules.withoutOrWrong },
  ], String(rule.counts_incorrect), { 'aria-label': text.rules.kinds }));
  const picker = cameraChoice(rule.cameras, cameras);
  const severity = select(Object.entries(text.severities).map(([value, label]) => ({ value, label })), rule.severity);
  const enabled = toggle({ name: 'is_enabled', label: text.rules.enabled, checked: rule.is_enabled });
  const save = button({ label: isNew ? text.rules.add : text.actions.save, style: 'primary', type: 'submit' });

  const pieces = { faces: faces.element, kinds: kinds.element, where: picker.select, confirmation: confirmation.element, release: release.element };
  const form = h('form', formError(),
    field({ name: 'name', label: text.rules.name, control: name }),
    h('p.sentence', text.rules.sentence.map((piece) => pieces[piece] ?? piece)),
    picker.element,
    h('div.field-grid.two', field({ name: 'severity', label: text.rules.severity, help: text.rules.severityHelp, control: severity })),
    enabled.element, h('div.form-actions', save));
  const dialog = openDialog({ title: isNew ? text.rules.addTitle : text.rules.editTitle, body: form, isWide: true });

  onSubmit(form, save, async () => {
    const chosen = picker.value();
    if (chosen?.length === 0) {
      showFieldError(form, 'cameras', text.rules.chooseCamera);
      return;
    }
    const body = {
      name: name.value.trim(), is_enabled: enabled.box.checked, cameras: chosen,
      minimum_faces: Number(faces.control.value), counts_incorrect: kinds.control.value === 'true',
      confirmation: Number(confirmation.control.value), release: Number(release.control.value), severity: severity.value,
    };
    if (isNew) await api.createRule(body);
    else await api.updateRule(rule.id, body);
    dialog.close();
    toastDone(isNew ? text.rules.added(body.name) : text.rules.saved(body.name));
    onSaved();
  });
}

/** A control inside a sentence, with its error under it. */
function gapFor(name, control) {
  return { control, element: h('span.gap', { dataset: { field: name } }, control, h('span.field-error', { hidden: true })) };
}

/** All cameras, or some to be ticked. @param {string[] | null} chosen */
function cameraChoice(chosen, cameras) {
  const which = select([{ value: 'all', label: text.rules.allCameras }, { value: 'some', label: text.rules.someCameras }],
    chosen ? 'some' : 'all', { 'aria-label': text.rules.where, onchange: () => { list.hidden = which.value === 'all'; } });
  const boxes = cameras.map((camera) => {
    const box = h('input.form-check-input', { type: 'checkbox' });
    box.checked = chosen?.includes(camera.id) ?? false;
    return { id: camera.id, box, element: h('label.form-check', box, h('span.form-check-label', camera.name)) };
  });
  const list = h('fieldset.fieldset.field', { dataset: { field: 'cameras' }, hidden: !chosen },
    h('legend', text.rules.watched), h('div.check-list', boxes.map((entry) => entry.element)), h('p.field-error', { hidden: true }));
  const value = () => (which.value === 'all' ? null : boxes.filter((entry) => entry.box.checked).map((entry) => entry.id));
  return { select: h('span.gap', which), element: list, value };
}
