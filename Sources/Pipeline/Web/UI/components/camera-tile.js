/** One camera on the wall: its latest picture, its state, what is seen and how long ago. */

import { fill, h } from '../core/dom.js';
import { text } from '../text/index.js';
import { age } from './age.js';
import { icon } from './icon.js';
import { facePicture } from './picture.js';
import { cameraChip, cameraState, countFaces, faceCounts } from './states.js';

/** Why there are no new pictures; without any picture the empty frame says the plain cases already. */
function reasonWords(camera, state, hasPicture) {
  if (state === 'online') return null;
  return camera.status?.reason?.message ?? (hasPicture || state === 'degraded' ? text.cameraStateHints[state] : null);
}

/** @param {any} camera @returns a tile that can be told of news */
export function cameraTile(camera) {
  const picture = facePicture({ name: camera.name });
  const chip = h('span');
  const reason = h('p.tile-reason');
  const alarm = h('p.tile-alarm', { hidden: true });
  const name = h('span.tile-name');
  const counts = h('div.tile-counts');
  const seen = h('span.tile-age');
  const element = h('a.tile', { href: `#/cameras/${camera.id}` },
    h('div.tile-picture', picture.element, alarm, reason),
    h('div.tile-foot', h('div.tile-line', name, chip), h('div.tile-line', counts, seen)));
  /** @type {any} */
  let shown = null;

  /** Name and state, as the list of cameras has them. */
  function update(next) {
    const state = cameraState(next);
    name.textContent = next.name;
    name.title = next.name;
    fill(chip, cameraChip(state));
    element.dataset.state = state;
    const words = reasonWords(next, state, Boolean(shown ?? next.latest));
    fill(reason, words && [icon(state === 'disabled' || state === 'waiting' ? 'info' : 'warning'), h('span', words)]);
    reason.hidden = !words;
    if (!shown && !next.latest) waitForFirst(state);
  }

  function waitForFirst(state) {
    picture.clear(text.wall.noPicture[state] ?? text.faces.noPicture, state === 'offline' ? 'offline' : 'picture');
    fill(counts, faceCounts(countFaces([])));
    fill(seen, text.wall.never);
  }

  /** A newer picture with its faces; older ones than the one shown are left out. */
  async function observe(observation) {
    if (shown && (shown.snapshot_id === observation.snapshot_id || shown.taken_at > observation.taken_at)) return;
    if (!await picture.show(observation)) return;
    shown = observation;
    fill(counts, faceCounts(countFaces(observation.faces)));
    fill(seen, age(observation.taken_at));
  }

  /** @param {number} count open incidents of this camera */
  function showIncidents(count) {
    element.toggleAttribute('data-alarm', count > 0);
    alarm.hidden = count === 0;
    fill(alarm, count > 0 && [icon('incident'), h('span', text.wall.openIncidents(count))]);
  }

  update(camera);
  if (camera.latest) observe(camera.latest);
  return { element, update, observe, showIncidents, get latest() { return shown; } };
}
