/** What a rule would have raised on the pictures that are still there. */

import { api } from '../core/api.js';
import { fill, h } from '../core/dom.js';
import { formatDuration, formatMoment } from '../core/format.js';
import { text } from '../text/index.js';
import { input, showProblem, whileBusy } from './form.js';
import { icon } from './icon.js';
import { button, notice } from './panels.js';
import { facePicture } from './picture.js';

const shownIncidents = 12;

/** @param {{ form: () => HTMLElement, rule: () => any, cameras: any[], signal: AbortSignal }} options */
export function dryRunPanel({ form, rule, cameras, signal }) {
  const days = input({ type: 'number', min: 1, max: 14, step: 1, value: 1, 'aria-label': text.ruleForm.daysUnit });
  const press = button({ label: text.ruleForm.tryAction, symbol: 'try' });
  const line = h('div.dry-run-line', { dataset: { field: 'days' } }, text.ruleForm.tryDays, h('span.gap', days), text.ruleForm.daysUnit, press, h('p.field-error', { hidden: true }));
  const impossible = h('p.quiet', { hidden: true }, text.ruleForm.tryKind);
  const result = h('div.dry-run-result', { 'aria-live': 'polite' });
  press.addEventListener('click', () => whileBusy(press, async () => {
    try {
      fill(result, shown(await api.dryRun(rule(), Number(days.value), { signal }), cameras));
    } catch (error) {
      if (error.name !== 'Problem') throw error;
      fill(result);
      showProblem(form(), { ...error, message: error.message, errors: error.errors.map(withoutPrefix) });
    }
  }));
  const element = h('section.panel.dry-run', h('h2.panel-title', text.ruleForm.tryTitle), h('p.quiet', text.ruleForm.tryLead), line, impossible, result);
  return { element, allow: (isAllowed) => { line.hidden = !isAllowed; impossible.hidden = isAllowed; if (!isAllowed) fill(result); } };
}

const withoutPrefix = (error) => ({ ...error, field: error.field.replace(/^rule\./, '') });

function shown(result, cameras) {
  if (!result.pictures) return notice('info', h('p', text.ruleForm.tryNoPictures));
  const names = new Map(cameras.map((camera) => [camera.id, camera.name]));
  return [
    h('p.dry-run-sum', text.ruleForm.tryResult(result.count, result.messages, result.pictures)),
    h('p.quiet', `${formatMoment(result.from)} – ${formatMoment(result.to)}`),
    result.is_cut && h('p.quiet', text.ruleForm.tryCut),
    !result.count && notice('done', h('p', text.ruleForm.tryNothing)),
    h('ul.dry-run-list', result.incidents.slice(0, shownIncidents).map((incident) => incidentItem(incident, names))),
    result.count > shownIncidents && h('p.quiet', text.ruleForm.tryMore(result.count - shownIncidents)),
  ];
}

function incidentItem(incident, names) {
  const picture = facePicture();
  picture.clear(text.loading);
  if (incident.evidence) api.snapshot(incident.evidence).then(picture.show, () => picture.clear(text.faces.pictureGone));
  const lasted = incident.closed_at
    ? formatDuration((new Date(incident.closed_at) - new Date(incident.opened_at)) / 1000) : text.ruleForm.stillOpen;
  return h('li', picture.element, h('div', h('strong', names.get(incident.camera_id) ?? text.rules.cameraGone),
    h('span.row-detail', icon('clock'), formatMoment(incident.opened_at), ' · ', lasted),
    h('span.row-detail', text.ruleForm.faces(incident.peak_faces))));
}
