/** Sites: groups of cameras with one clock on the wall. */

import { api } from '../core/api.js';
import { h } from '../core/dom.js';
import { onChange } from '../core/live.js';
import { session } from '../core/session.js';
import { confirmAndPerform, openDialog } from '../components/dialog.js';
import { field, formError, input, onSubmit } from '../components/form.js';
import { button, emptyState, iconButton, loaded, pageHead, skeleton } from '../components/panels.js';
import { toastDone } from '../components/toast.js';
import { text } from '../text/index.js';

export function render({ signal }) {
  const list = loaded({
    signal,
    placeholder: () => skeleton(2, 'rows'),
    load: () => Promise.all([api.sites({ signal }), api.cameras({ signal })]),
    show: ([{ sites, time_zone: timeZone }, cameras]) => (sites.length
      ? h('ul.rows', sites.map((site) => siteRow(site, cameras, list.reload))) : noSites(timeZone, list.reload)),
  });
  onChange((change) => change.kind === 'sites' && list.reload(), signal);
  const add = session.isAdministrator && button({
    label: text.sites.add, symbol: 'plus', style: 'primary', onclick: () => openSite({ name: '', time_zone: browserZone() }, list.reload),
  });
  return h('div', pageHead(text.sites.title, {
    lead: text.sites.lead, actions: [add], back: { href: '#/cameras', label: text.sections.cameras },
  }), list.element);
}

const browserZone = () => Intl.DateTimeFormat().resolvedOptions().timeZone;

function siteRow(site, cameras, reload) {
  const own = cameras.filter((camera) => camera.site_id === site.id);
  return h('li.row-item',
    h('div.row-main', h('span.row-title', site.name), h('span.row-detail', site.time_zone),
      own.length > 0 && h('span.row-detail', own.map((camera) => camera.name).join(', '))),
    session.isAdministrator && h('div.row-actions',
      iconButton('edit', text.sites.edit(site.name), () => openSite(site, reload)),
      iconButton('delete', text.sites.remove(site.name), () => remove(site, reload))));
}

function openSite(site, reload) {
  const isNew = !site.id;
  const name = input({ value: site.name, placeholder: text.sites.namePlaceholder, dataset: { focus: '' } });
  const zones = h('datalist', { id: 'time-zones' }, (Intl.supportedValuesOf?.('timeZone') ?? []).map((zone) => h('option', { value: zone })));
  const zone = input({ value: site.time_zone, list: 'time-zones' });
  const save = button({ label: isNew ? text.sites.add : text.actions.save, style: 'primary', type: 'submit' });
  const form = h('form', formError(), zones,
    field({ name: 'name', label: text.sites.name, control: name }),
    field({ name: 'time_zone', label: text.sites.timeZone, control: zone }), h('div.form-actions', save));
  const dialog = openDialog({ title: isNew ? text.sites.add : text.sites.edit(site.name), body: form });
  onSubmit(form, save, async () => {
    const body = { name: name.value.trim(), time_zone: zone.value.trim() };
    if (isNew) await api.createSite(body);
    else await api.updateSite(site.id, body);
    dialog.close();
    toastDone(text.sites.saved(body.name));
    reload();
  });
}

async function remove(site, reload) {
  const isDone = await confirmAndPerform({
    title: text.sites.deleteTitle(site.name), message: text.sites.deleteMessage, action: text.sites.deleteAction, perform: () => api.deleteSite(site.id),
  });
  if (!isDone) return;
  toastDone(text.sites.removed(site.name));
  reload();
}

const noSites = (timeZone, reload) => emptyState({
  symbol: 'site', title: text.sites.empty, message: timeZone,
  action: session.isAdministrator && button({ label: text.sites.add, symbol: 'plus', style: 'primary', onclick: () => openSite({ name: '', time_zone: browserZone() }, reload) }),
});
