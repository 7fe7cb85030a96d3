/** One incident with its evidence, and what people say of it. */

import { api } from '../core/api.js';
import { h } from '../core/dom.js';
import { latestOnly } from '../core/latest-only.js';
import { formatCount, formatFull } from '../core/format.js';
import { onChange, onGap } from '../core/live.js';
import { commentsCard } from '../components/comments.js';
import { toldOf } from '../components/deliveries.js';
import { evidenceViewer } from '../components/evidence.js';
import { whileBusy } from '../components/form.js';
import { acknowledgement, incidentChip, incidentDuration } from '../components/incident-row.js';
import { button, card, facts, loaded, pageHead, skeleton } from '../components/panels.js';
import { legend, severityChip } from '../components/states.js';
import { toastDone, toastError } from '../components/toast.js';
import { text } from '../text/index.js';

export function render({ params, signal }) {
  /** Kept while the pictures stay the same, so that nothing flickers and no words are lost when the incident goes on. */
  const kept = { evidence: '', viewer: null, comments: null };
  const page = loaded({
    signal,
    placeholder: () => h('div.camera-layout', skeleton(1, 'large-picture'), skeleton(3, 'rows')),
    load: async () => {
      const incident = await api.incident(params.id, { signal });
      const [camera, evidence, comments] = await Promise.all([
        incident.camera_id && api.camera(incident.camera_id, { signal }).catch(() => null),
        api.evidence(params.id, { signal }), api.comments(params.id, { signal }),
      ]);
      return { incident, camera, evidence, comments };
    },
    show: ({ incident, camera, evidence, comments }) => {
      const name = camera?.name ?? (incident.camera_id ? text.incidents.cameraGone : text.incidents.system);
      const key = evidence.map((observation) => observation.snapshot_id).join();
      if (!kept.viewer || kept.evidence !== key) {
        kept.evidence = key;
        kept.viewer = evidenceViewer(incident, evidence, name, signal);
      }
      const said = JSON.stringify(comments);
      if (kept.said !== said) {
        kept.said = said;
        kept.comments = commentsCard(incident.id, comments);
      }
      return incidentPage(incident, camera, kept, page.reload, told.element);
    },
  });
  const told = toldOf(params.id, signal);
  const reload = latestOnly(() => Promise.all([page.reload(), told.reload()]));
  onChange((change) => change.incident_id === params.id && reload('incident'), signal);
  onGap(() => reload('incident'), signal);
  return h('div', page.element);
}

function incidentPage(incident, camera, { viewer, comments }, reload, told) {
  document.title = `${incident.rule_name} · ${text.product}`;
  return [
    pageHead(incident.rule_name, {
      back: { href: '#/incidents', label: text.sections.incidents },
      actions: [acknowledgement(incident, reload), falseAlarmButton(incident, reload)],
    }),
    h('div.camera-layout',
      h('div.camera-main', viewer, legend(), comments),
      h('div.camera-side', card(text.incidents.what, facts(factsOf(incident, camera))), card(text.channels.told, told))),
  ];
}

function factsOf(incident, camera) {
  const place = camera ? h('a', { href: `#/cameras/${camera.id}` }, camera.name)
    : incident.camera_id ? text.incidents.cameraGone : text.incidents.system;
  const zone = incident.zone_id && (camera?.zones.find((entry) => entry.id === incident.zone_id)?.name ?? text.incidents.zoneGone);
  const hasPictures = incident.pictures > 0;
  return [
    [text.incidents.state, incidentChip(incident)],
    [text.incidents.severity, severityChip(incident.severity)],
    [text.incidents.camera, place],
    zone && [text.incidents.zone, zone],
    [text.incidents.opened, formatFull(incident.opened_at)],
    incident.closed_at && [text.incidents.closed, formatFull(incident.closed_at)],
    [text.incidents.duration, incidentDuration(incident)],
    hasPictures && [text.incidents.peak, formatCount(incident.peak_faces)],
    hasPictures && [text.incidents.pictures, formatCount(incident.pictures)],
    incident.acknowledged_at && [text.incidents.acknowledged,
      text.incidents.acknowledgedAt(incident.acknowledged_by ?? '–', formatFull(incident.acknowledged_at))],
    incident.false_alarm_at && [text.incidents.falseAlarm,
      text.incidents.falseAlarmBy(incident.false_alarm_by ?? '–', formatFull(incident.false_alarm_at))],
  ];
}

function falseAlarmButton(incident, reload) {
  const isFalse = Boolean(incident.false_alarm_at);
  const press = button({ label: isFalse ? text.incidents.notFalse : text.incidents.falseAlarm, symbol: 'flag', style: 'small' });
  press.title = text.incidents.falseAlarmHint;
  press.addEventListener('click', () => whileBusy(press, async () => {
    try {
      await api.falseAlarm(incident.id, !isFalse);
      toastDone(isFalse ? text.incidents.notFalseDone : text.incidents.falseAlarmDone);
    } catch (error) {
      toastError(error);
    }
    reload();
  }));
  return press;
}
