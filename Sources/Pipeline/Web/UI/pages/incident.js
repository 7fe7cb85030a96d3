/** One incident with its evidence. */

import { api } from '../core/api.js';
import { h } from '../core/dom.js';
import { latestOnly } from '../core/latest-only.js';
import { formatCount, formatFull } from '../core/format.js';
import { onChange, onGap } from '../core/live.js';
import { acknowledgement, evidencePicture, incidentChip, incidentDuration } from '../components/incident-row.js';
import { card, facts, loaded, pageHead, skeleton } from '../components/panels.js';
import { toldOf } from '../components/deliveries.js';
import { legend, severityChip } from '../components/states.js';
import { text } from '../text/index.js';

export function render({ params, signal }) {
  /** Kept while the evidence stays the same, so that it does not flicker when the incident goes on. */
  let evidence = { id: null, element: null };
  const page = loaded({
    signal,
    placeholder: () => h('div.camera-layout', skeleton(1, 'large-picture'), skeleton(3, 'rows')),
    load: async () => {
      const incident = await api.incident(params.id, { signal });
      const camera = await api.camera(incident.camera_id, { signal }).catch(() => null);
      return { incident, camera };
    },
    show: ({ incident, camera }) => {
      const name = camera?.name ?? text.incidents.cameraGone;
      if (evidence.id !== incident.evidence) {
        evidence = { id: incident.evidence, element: evidencePicture(incident, { labels: 'words', isLarge: true, name }).element };
      }
      return incidentPage(incident, camera, evidence.element, page.reload, told.element);
    },
  });
  const told = toldOf(params.id, signal);
  const reload = latestOnly(() => Promise.all([page.reload(), told.reload()]));
  onChange((change) => change.incident_id === params.id && reload('incident'), signal);
  onGap(() => reload('incident'), signal);
  return h('div', page.element);
}

function incidentPage(incident, camera, picture, reload, told) {
  document.title = `${incident.rule_name} · ${text.product}`;
  const cameraLink = camera
    ? h('a', { href: `#/cameras/${camera.id}` }, camera.name) : text.incidents.cameraGone;
  return [
    pageHead(incident.rule_name, {
      back: { href: '#/incidents', label: text.sections.incidents },
      actions: [acknowledgement(incident, reload)],
    }),
    h('div.camera-layout',
      h('div.camera-main', picture, h('p.quiet', text.incidents.evidence), legend()),
      h('div.camera-side', card(text.incidents.what,
        facts([
          [text.incidents.state, incidentChip(incident)],
          [text.incidents.severity, severityChip(incident.severity)],
          [text.incidents.camera, cameraLink],
          [text.incidents.opened, formatFull(incident.opened_at)],
          incident.closed_at && [text.incidents.closed, formatFull(incident.closed_at)],
          [text.incidents.duration, incidentDuration(incident)],
          [text.incidents.peak, formatCount(incident.peak_faces)],
          [text.incidents.pictures, formatCount(incident.pictures)],
          incident.acknowledged_at && [text.incidents.acknowledged,
            text.incidents.acknowledgedAt(incident.acknowledged_by ?? '–', formatFull(incident.acknowledged_at))],
        ])), card(text.channels.told, told))),
  ];
}
