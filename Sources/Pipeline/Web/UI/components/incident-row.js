/** An incident as a row of a list. */

import { api } from '../core/api.js';
import { h } from '../core/dom.js';
import { formatDuration, formatMoment } from '../core/format.js';
import { text } from '../text/index.js';
import { runningDuration } from './age.js';
import { icon } from './icon.js';
import { facePicture } from './picture.js';
import { severityChip } from './states.js';
import { toastDone, toastError } from './toast.js';
import { button } from './panels.js';
import { whileBusy } from './form.js';

/** How long it lasted, or lasts; ticks while it is open. */
export function incidentDuration(incident) {
  if (incident.state === 'open') return runningDuration(incident.opened_at);
  return formatDuration((new Date(incident.closed_at) - new Date(incident.opened_at)) / 1000);
}

/** Open or closed, as a word in a shape. */
export const incidentChip = (incident) =>
  h('span.chip', { class: incident.state === 'open' ? 'open' : 'closed' },
    h('span.chip-mark', { 'aria-hidden': 'true' }), text.incidentStates[incident.state]);

/** Who has seen it; or the button to say so. @param {(incident: any) => void} onAcknowledged */
export function acknowledgement(incident, onAcknowledged) {
  if (incident.acknowledged_at) {
    return h('span.acknowledged', icon('check'), text.incidents.acknowledgedBy(incident.acknowledged_by ?? '–'));
  }
  const press = button({ label: text.incidents.acknowledge, symbol: 'check', style: 'small' });
  press.addEventListener('click', () => whileBusy(press, async () => {
    try {
      onAcknowledged(await api.acknowledge(incident.id));
      toastDone(text.incidents.acknowledgedDone);
    } catch (error) {
      toastError(error);
    }
  }));
  return press;
}

/**
 * @param {any} incident
 * @param {{ cameraName?: string, isCompact?: boolean, onAcknowledged?: (incident: any) => void }} [options]
 */
export function incidentRow(incident, { cameraName, isCompact = false, onAcknowledged } = {}) {
  return h('li.row-item.incident', { class: incident.state, dataset: { id: incident.id } },
    h('a.row-link', { href: `#/incidents/${incident.id}` },
      !isCompact && h('div.row-picture', evidencePicture(incident).element),
      h('div.row-main',
        h('span.row-title', incident.rule_name),
        cameraName && h('span.row-detail', cameraName),
        h('span.row-detail', formatMoment(incident.opened_at), ' · ', incidentDuration(incident), incident.pictures > 0 && ' · ',
          incident.pictures > 0 && text.incidents.atMost(incident.peak_faces)))),
    h('div.row-side', h('div.row-chips', incidentChip(incident), severityChip(incident.severity),
      incident.false_alarm_at && h('span.chip', text.incidents.falseAlarmChip)),
      onAcknowledged && acknowledgement(incident, onAcknowledged)));
}

/** The picture with the most faces against the rule, boxes drawn. @param {any} incident */
export function evidencePicture(incident, options = {}) {
  const picture = facePicture(options);
  if (!incident.evidence) {
    picture.clear('', 'info');
    return picture;
  }
  picture.clear(text.loading);
  api.snapshot(incident.evidence)
    .then((observation) => picture.show(observation))
    .catch(() => picture.clear(text.faces.pictureGone));
  return picture;
}
