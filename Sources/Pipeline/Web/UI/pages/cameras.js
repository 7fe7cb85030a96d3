/** The list of cameras. */

import { api } from '../core/api.js';
import { h } from '../core/dom.js';
import { latestOnly } from '../core/latest-only.js';
import { onChange, onGap } from '../core/live.js';
import { session } from '../core/session.js';
import { age } from '../components/age.js';
import { icon } from '../components/icon.js';
import { emptyState, linkButton, loaded, pageHead, skeleton } from '../components/panels.js';
import { samplingInWords } from '../components/sampling-words.js';
import { cameraChip, cameraState } from '../components/states.js';
import { text } from '../text/index.js';

export function render({ signal }) {
  const list = loaded({
    signal,
    placeholder: () => skeleton(4, 'rows'),
    load: () => api.cameras({ signal }),
    show: (cameras) => (cameras.length ? h('ul.rows', cameras.map(cameraRow)) : noCameras()),
  });
  const reload = latestOnly(list.reload);
  onGap(() => reload('all'), signal);
  onChange((change) => change.kind === 'camera' && reload('all'), signal);
  return h('div',
    pageHead(text.sections.cameras, {
      lead: text.cameras.lead,
      actions: [linkButton('#/sites', text.sites.link, 'site'), session.isAdministrator && linkButton('#/cameras/new', text.cameras.add, 'plus', 'primary')],
    }),
    list.element);
}

function cameraRow(camera) {
  const state = cameraState(camera);
  const last = camera.status?.last_snapshot_at ?? camera.latest?.taken_at;
  return h('li.row-item',
    h('a.row-main', { href: `#/cameras/${camera.id}` },
      h('span.row-title', camera.name),
      h('span.row-detail', camera.source.address),
      h('span.row-detail', samplingInWords(camera.sampling))),
    h('div.row-side',
      h('div.row-state', cameraChip(state), state !== 'online' && camera.status?.reason && h('span.row-reason', camera.status.reason.message)),
      h('span.row-age', last ? [icon('clock'), age(last)] : text.wall.never)),
    session.isAdministrator && h('div.row-actions',
      h('a.icon-button', { href: `#/cameras/${camera.id}/edit`, 'aria-label': text.cameras.editNamed(camera.name), title: text.actions.edit },
        icon('edit'))));
}

const noCameras = () => emptyState({
  symbol: 'camera',
  title: text.wall.emptyTitle,
  message: session.isAdministrator ? text.wall.emptyMessage : text.wall.emptyViewer,
  action: session.isAdministrator && linkButton('#/cameras/new', text.cameras.addFirst, 'plus', 'primary'),
});
