/** The live wall: the latest picture of every camera, kept up to date by the stream of changes. */

import { api } from '../core/api.js';
import { fill, h } from '../core/dom.js';
import { latestOnly } from '../core/latest-only.js';
import { onChange, onGap } from '../core/live.js';
import { session } from '../core/session.js';
import { cameraTile } from '../components/camera-tile.js';
import { fullScreenButton } from '../components/full-screen.js';
import { icon } from '../components/icon.js';
import { nextStep } from '../components/next-step.js';
import { emptyState, linkButton, loaded, pageHead, skeleton } from '../components/panels.js';
import { segmented } from '../components/segmented.js';
import { cameraState, countFaces, legend } from '../components/states.js';
import { text } from '../text/index.js';

/** From so many cameras on it helps to see only those with problems. */
const manyCameras = 6;

export function render({ signal }) {
  const totals = h('div.wall-totals');
  const summary = h('span.wall-summary');
  /** @type {Map<string, ReturnType<typeof cameraTile>>} */
  const tiles = new Map();
  /** @type {Map<string, any>} */
  const cameras = new Map();

  const wall = loaded({
    signal,
    placeholder: () => skeleton(4, 'wall-grid'),
    load: () => api.cameras({ signal }),
    show: showAll,
  });
  const filter = h('div', { hidden: true }, segmented({
    label: text.wall.show, value: 'all', options: [['all', text.wall.showAll], ['attention', text.wall.showAttention]],
    onChoose: (shown) => { wall.element.dataset.show = shown; },
  }));
  const page = h('div.wall-page',
    pageHead(text.wall.title, {
      actions: [filter, summary, fullScreenButton(() => page), session.isAdministrator && linkButton('#/cameras/new', text.cameras.add, 'plus', 'primary')],
    }),
    nextStep(signal), totals, wall.element);

  function showAll(list) {
    cameras.clear();
    tiles.clear();
    if (list.length === 0) return firstCamera();
    for (const camera of list) {
      cameras.set(camera.id, camera);
      tiles.set(camera.id, cameraTile(camera));
    }
    summarise();
    seeIncidents();
    filter.hidden = list.length < manyCameras;
    return h('div.wall-grid', { dataset: { columns: columnsFor(list.length) } }, [...tiles.values()].map((tile) => tile.element),
      h('p.wall-quiet', icon('check'), text.wall.allWell));
  }

  /** Cameras by state and faces by mask state, as in the pictures on the wall. */
  function summarise() {
    const faces = [...tiles.entries()].flatMap(([id, tile]) => (tile.latest ?? cameras.get(id).latest)?.faces ?? []);
    fill(totals, legend(countFaces(faces)));
    const online = [...cameras.values()].filter((camera) => cameraState(camera) === 'online').length;
    fill(summary, text.wall.summary(cameras.size, online));
  }

  /** Marks the cameras with open incidents. */
  async function seeIncidents() {
    const open = await api.incidents({ state: 'open', limit: 200 }, { signal }).catch(() => null);
    if (!open || signal.aborted) return;
    for (const [id, tile] of tiles) tile.showIncidents(open.filter((incident) => incident.camera_id === id).length);
  }

  const refreshIncidents = latestOnly(seeIncidents);
  const seeSnapshot = latestOnly(async (cameraID, snapshotID) => {
    const observation = await api.snapshot(snapshotID, { signal }).catch(() => null);
    if (!observation || signal.aborted) return;
    await tiles.get(cameraID)?.observe(observation);
    summarise();
  });
  const seeCamera = latestOnly(async (cameraID) => {
    const camera = await api.camera(cameraID, { signal }).catch(() => null);
    if (signal.aborted) return;
    if (!camera || !tiles.has(cameraID)) return wall.reload();
    cameras.set(cameraID, camera);
    tiles.get(cameraID).update(camera);
    summarise();
  });

  /** After a gap: the same tiles with news, unless cameras came or went. */
  async function catchUp() {
    const list = await api.cameras({ signal }).catch(() => null);
    if (!list || signal.aborted) return;
    if (list.length !== tiles.size || list.some((camera) => !tiles.has(camera.id))) return wall.reload();
    for (const camera of list) {
      cameras.set(camera.id, camera);
      tiles.get(camera.id).update(camera);
      if (camera.latest) tiles.get(camera.id).observe(camera.latest);
    }
    summarise();
    seeIncidents();
  }

  onGap(catchUp, signal);
  onChange((change) => {
    if (change.kind === 'observed') seeSnapshot(change.camera_id, change.snapshot_id);
    if (change.kind === 'camera') seeCamera(change.camera_id);
    if (change.kind === 'incident') refreshIncidents('all');
  }, signal);
  return page;
}

/** How closely to pack the tiles: few cameras are shown large. */
const columnsFor = (count) => (count === 1 ? 'one' : count <= 4 ? 'few' : count <= 12 ? 'some' : 'many');

const firstCamera = () => emptyState({
  symbol: 'camera',
  title: text.wall.emptyTitle,
  message: session.isAdministrator ? text.wall.emptyMessage : text.wall.emptyViewer,
  action: session.isAdministrator && linkButton('#/cameras/new', text.cameras.addFirst, 'plus', 'primary'),
});
