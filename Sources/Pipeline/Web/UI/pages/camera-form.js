/** Adding and editing a camera, with a test before anything is saved. */

import { api } from '../core/api.js';
import { h } from '../core/dom.js';
import { goTo } from '../core/router.js';
import { confirmAndPerform } from '../components/dialog.js';
import { field, formError, input, onSubmit, select, toggle } from '../components/form.js';
import { button, linkButton, loaded, pageHead, skeleton } from '../components/panels.js';
import { probePanel } from '../components/probe-panel.js';
import { samplingFields } from '../components/sampling-fields.js';
import { sourceFields } from '../components/source-fields.js';
import { toastDone } from '../components/toast.js';
import { text } from '../text/index.js';

const newCamera = {
  name: '', source: { address: '', username: '', has_password: false, transport: 'tcp' },
  sampling: { every: 5, shots: 1, spacing: 0.5, mode: 'auto' }, is_enabled: true,
};

export function render({ params, signal }) {
  const back = params.id
    ? { href: `#/cameras/${params.id}`, label: text.cameras.backToCamera }
    : { href: '#/cameras', label: text.sections.cameras };
  const head = pageHead(params.id ? text.cameras.editTitle : text.cameras.addTitle, { back });
  const form = loaded({
    signal,
    placeholder: () => skeleton(2, 'rows'),
    load: () => Promise.all([params.id ? api.camera(params.id, { signal }) : newCamera, api.sites({ signal })]),
    show: ([camera, { sites }]) => cameraForm(camera, sites, signal),
  });
  return h('div', head, form.element);
}

function cameraForm(camera, sites, signal) {
  const isNew = !camera.id;
  const name = input({ value: camera.name, placeholder: text.cameras.namePlaceholder, dataset: isNew ? { focus: '' } : {} });
  const source = sourceFields(camera.source);
  const sampling = samplingFields(camera.sampling);
  const enabled = toggle({ name: 'is_enabled', label: text.cameras.enabled, help: text.cameras.enabledHelp, checked: camera.is_enabled });
  const site = select([{ value: '', label: text.sites.none }, ...sites.map(({ id, name: label }) => ({ value: id, label }))], camera.site_id ?? '');
  const save = button({ label: isNew ? text.cameras.add : text.actions.save, style: 'primary', type: 'submit' });
  const probe = probePanel({
    form: () => form, signal,
    request: () => ({ source: source.value(), ...(isNew ? {} : { camera_id: camera.id }) }),
  });
  const form = h('form.camera-form', formError(),
    h('section.panel', field({ name: 'name', label: text.cameras.name, help: text.cameras.nameHelp, control: name }),
      sites.length > 0 && field({ name: 'site_id', label: text.sites.field, control: site }), source.element),
    probe,
    h('section.panel', sampling.element,
      h('details.advanced', h('summary', text.cameras.advanced), source.transportField, sampling.modeField),
      !isNew && enabled.element),
    h('div.form-actions', save,
      linkButton(isNew ? '#/cameras' : `#/cameras/${camera.id}`, text.actions.cancel),
      !isNew && h('span.spacer'), !isNew && deleteButton(camera)));

  onSubmit(form, save, async () => {
    const body = { name: name.value.trim(), source: source.value(), sampling: sampling.value(), is_enabled: enabled.box.checked, site_id: site.value || null };
    const saved = isNew ? await api.createCamera(body) : await api.updateCamera(camera.id, body);
    toastDone(isNew ? text.cameras.added(saved.name) : text.cameras.saved(saved.name));
    goTo(`/cameras/${saved.id}`);
  });
  return form;
}

function deleteButton(camera) {
  return button({
    label: text.actions.delete, symbol: 'delete', style: 'danger-quiet',
    onclick: async () => {
      const isDone = await confirmAndPerform({
        title: text.cameras.deleteTitle(camera.name), message: text.cameras.deleteMessage,
        action: text.cameras.deleteAction, perform: () => api.deleteCamera(camera.id),
      });
      if (!isDone) return;
      toastDone(text.cameras.deleted(camera.name));
      goTo('/cameras');
    },
  });
}
