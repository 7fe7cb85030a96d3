/** One camera: its large picture, the ones before it, how it is doing. */

import { api } from '../core/api.js';
import { fill, h } from '../core/dom.js';
import { latestOnly } from '../core/latest-only.js';
import { onChange, onGap } from '../core/live.js';
import { session } from '../core/session.js';
import { cameraFacts } from '../components/camera-facts.js';
import { daySummary } from '../components/day-summary.js';
import { incidentRow } from '../components/incident-row.js';
import { card, linkButton, loaded, pageHead, skeleton } from '../components/panels.js';
import { pictureStrip, stripLength } from '../components/picture-strip.js';
import { cameraChip, cameraState, legend } from '../components/states.js';
import { text } from '../text/index.js';

export function render({ params, signal }) {
  const id = params.id;
  const page = loaded({
    signal,
    placeholder: () => h('div.camera-layout', skeleton(1, 'large-picture'), skeleton(3, 'rows')),
    load: () => Promise.all([api.camera(id, { signal }), api.observations({ camera: id, limit: stripLength }, { signal })]),
    show: ([camera, observations]) => cameraPage(camera, observations, signal),
  });
  return h('div', page.element);
}

function cameraPage(camera, observations, signal) {
  const strip = pictureStrip(camera.name, observations);
  const state = h('div.camera-state', { 'aria-live': 'polite' });
  const details = h('div');
  const heading = pageHead(camera.name, {
    back: { href: '#/', label: text.sections.wall },
    actions: [state, linkButton(`#/cameras/${camera.id}/zones`, text.zones.link, 'zone'), session.isAdministrator && linkButton(`#/cameras/${camera.id}/edit`, text.actions.edit, 'edit')],
  });
  const day = daySummary(camera.id, signal);
  const incidents = loaded({
    signal,
    placeholder: () => skeleton(2, 'rows'),
    load: () => api.incidents({ camera: camera.id, limit: 5 }, { signal }),
    show: (list) => (list.length
      ? h('ul.rows.compact', list.map((incident) => incidentRow(incident, { isCompact: true })))
      : h('p.quiet', text.camera.noIncidents)),
  });

  function showStatus(next) {
    fill(state, cameraChip(cameraState(next)));
    fill(details, cameraFacts(next));
  }
  showStatus(camera);

  const seeSnapshot = latestOnly(async (_, snapshotID) => {
    const observation = await api.snapshot(snapshotID, { signal }).catch(() => null);
    if (observation && !signal.aborted) await strip.add(observation);
  });
  const seeCamera = latestOnly(async () => {
    const next = await api.camera(camera.id, { signal }).catch(() => null);
    if (next && !signal.aborted) showStatus(next);
  });
  const reloadIncidents = latestOnly(incidents.reload);
  onChange((change) => {
    if (change.kind === 'incident') reloadIncidents('all');
    if (change.camera_id !== camera.id) return;
    if (change.kind === 'observed') seeSnapshot('picture', change.snapshot_id);
    if (change.kind === 'camera') seeCamera('camera');
  }, signal);
  onGap(async () => {
    seeCamera('camera');
    const missed = await api.observations({ camera: camera.id, limit: stripLength }, { signal }).catch(() => []);
    for (const observation of missed.reverse()) await strip.add(observation);
  }, signal);

  document.title = `${camera.name} · ${text.product}`;
  return [heading, h('div.camera-layout',
    h('div.camera-main', strip.element, legend(), card(text.camera.incidents, incidents.element)),
    h('div.camera-side', card(text.camera.status, details), card(text.camera.lastDay, day.element)))];
}
