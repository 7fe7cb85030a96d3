/** The pictures of an incident: one large with its boxes, the others in a strip, and a place to correct it. */

import { fill, h } from '../core/dom.js';
import { formatFull, formatTime } from '../core/format.js';
import { text } from '../text/index.js';
import { correctionPanel } from './correction.js';
import { facePicture } from './picture.js';
import { facesInWords } from './states.js';

/** @param {any} incident @param {any[]} observations oldest first @param {string} name the camera's @param {AbortSignal} signal */
export function evidenceViewer(incident, observations, name, signal) {
  const large = facePicture({ labels: 'words', isLarge: true, name });
  const caption = h('p.quiet');
  const correction = h('div');
  const buttons = observations.map(thumbnail);
  const first = observations.find((observation) => observation.snapshot_id === incident.evidence) ?? observations.at(-1);

  function choose(observation) {
    large.show(observation);
    fill(caption, formatFull(observation.taken_at),
      observation.snapshot_id === incident.evidence && ` · ${text.incidents.evidence}`);
    fill(correction, correctionPanel(observation, signal));
    for (const [index, button] of buttons.entries()) {
      if (observations[index] === observation) button.setAttribute('aria-current', 'true');
      else button.removeAttribute('aria-current');
    }
  }

  function thumbnail(observation) {
    const picture = facePicture();
    picture.show(observation);
    const label = `${formatFull(observation.taken_at)}: ${facesInWords(observation.faces)}`;
    return h('button.thumbnail', { type: 'button', 'aria-label': label, onclick: () => choose(observation) },
      picture.element, h('span.thumbnail-time', formatTime(observation.taken_at)));
  }

  if (first) choose(first);
  else large.clear(incident.evidence ? text.incidents.evidenceGone : text.incidents.noPicture, incident.evidence ? 'picture' : 'info');
  return h('div.picture-block', large.element, caption, observations.length > 1 && h('div.evidence-strip', buttons), correction);
}
