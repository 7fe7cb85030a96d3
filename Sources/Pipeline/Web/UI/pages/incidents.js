/** Incidents, newest first, with filters; kept up to date. */

import { api } from '../core/api.js';
import { fill, h } from '../core/dom.js';
import { latestOnly } from '../core/latest-only.js';
import { onChange, onGap } from '../core/live.js';
import { replaceQuery } from '../core/router.js';
import { session } from '../core/session.js';
import { select } from '../components/form.js';
import { incidentRow } from '../components/incident-row.js';
import { button, emptyState, linkButton, loaded, pageHead, skeleton } from '../components/panels.js';
import { segmented } from '../components/segmented.js';
import { toastError } from '../components/toast.js';
import { text } from '../text/index.js';

const pageLength = 25;

export function render({ query, signal }) {
  const filter = { state: query.get('state') ?? '', camera: query.get('camera') ?? '' };
  /** @type {Map<string, string>} */
  let cameraNames = new Map();
  let isPaged = false;

  const list = loaded({
    signal,
    placeholder: () => skeleton(4, 'rows'),
    load: () => Promise.all([api.incidents({ ...filter, limit: pageLength }, { signal }), namesOfCameras()]),
    show: ([incidents]) => {
      isPaged = false;
      return incidents.length ? rows(incidents) : nothing(filter);
    },
  });
  const reload = latestOnly(list.reload);

  async function namesOfCameras() {
    const cameras = await api.cameras({ signal });
    cameraNames = new Map(cameras.map((camera) => [camera.id, camera.name]));
    fill(cameraPlace, cameraPicker(cameras));
  }

  function cameraPicker(cameras) {
    const options = [{ value: '', label: text.filters.allCameras }, ...cameras.map(({ id, name }) => ({ value: id, label: name }))];
    return select(options, filter.camera, {
      'aria-label': text.filters.camera, onchange: (event) => apply({ camera: event.target.value }),
    });
  }

  function apply(changes) {
    Object.assign(filter, changes);
    replaceQuery(filter);
    reload('all');
  }

  const row = (incident) => incidentRow(incident, {
    cameraName: cameraNames.get(incident.camera_id) ?? (incident.camera_id ? text.incidents.cameraGone : text.incidents.system),
    onAcknowledged: () => reload('all'),
  });

  function rows(incidents) {
    const place = h('ul.rows', incidents.map(row));
    return [place, incidents.length === pageLength && moreButton(place, incidents.at(-1))];
  }

  function moreButton(place, last) {
    const more = button({ label: text.incidents.older, style: 'center' });
    more.addEventListener('click', async () => {
      try {
        const older = await api.incidents({ ...filter, before: last.opened_at, limit: pageLength }, { signal });
        isPaged = true;
        place.append(...older.map(row));
        if (older.length === pageLength) more.replaceWith(moreButton(place, older.at(-1)));
        else more.remove();
      } catch (error) {
        toastError(error);
      }
    });
    return more;
  }

  const cameraPlace = h('div.filter');
  const states = segmented({
    label: text.filters.state, value: filter.state,
    options: [['', text.filters.all], ['open', text.incidentStates.open], ['closed', text.incidentStates.closed]],
    onChoose: (state) => apply({ state }),
  });
  onGap(() => reload('all'), signal);
  onChange((change) => change.kind === 'incident' && !isPaged && reload('all'), signal);
  return h('div', pageHead(text.sections.incidents, { lead: text.incidents.lead }),
    h('div.filters', states, cameraPlace), list.element);
}

function nothing(filter) {
  if (filter.state === 'open') {
    return emptyState({ symbol: 'check', title: text.incidents.noneOpenTitle, message: text.incidents.noneOpenMessage });
  }
  return emptyState({
    symbol: 'incident', title: text.incidents.noneTitle, message: text.incidents.noneMessage,
    action: session.isAdministrator && linkButton('#/rules', text.incidents.toRules, 'rule'),
  });
}
