/** What a person sees in a picture, face by face: corrected pictures become training data. */

import { api, pictureAddress } from '../core/api.js';
import { fill, h, setStyle } from '../core/dom.js';
import { formatFull } from '../core/format.js';
import { text } from '../text/index.js';
import { select, whileBusy } from './form.js';
import { button } from './panels.js';
import { maskLooks } from './states.js';
import { toastDone, toastError } from './toast.js';

/** @param {any} observation @param {AbortSignal} signal */
export function correctionPanel(observation, signal) {
  const body = h('div');
  const element = h('details.panel.table-panel', h('summary', text.correction.title), body);
  element.addEventListener('toggle', () => element.open && load(), { once: true });

  async function load() {
    const known = await api.correction(observation.snapshot_id, { signal }).catch(() => null);
    if (!signal.aborted) paint(known);
  }

  function paint(known) {
    const faces = observation.faces.map((face) => faceRow(face, observation, known));
    const save = button({ label: text.correction.save, symbol: 'check', style: 'small' });
    save.addEventListener('click', () => attempt(save, async () => {
      paint(await api.correct(observation.snapshot_id, faces.map((row) => row.value()).filter(Boolean)));
      toastDone(text.correction.saved);
    }));
    const undo = button({ label: text.correction.undo, style: 'small' });
    undo.addEventListener('click', () => attempt(undo, async () => {
      await api.uncorrect(observation.snapshot_id);
      paint(null);
      toastDone(text.correction.undone);
    }));
    fill(body, h('p.quiet', text.correction.lead),
      faces.length ? h('ol.correction-faces', faces.map((row) => row.element)) : h('p.quiet', text.correction.none),
      known && h('p.quiet', text.correction.by(known.corrected_by, formatFull(known.corrected_at))),
      h('div.form-actions', save, known && undo));
  }
  return element;
}

async function attempt(press, perform) {
  await whileBusy(press, async () => {
    try {
      await perform();
    } catch (error) {
      toastError(error);
    }
  });
}

const notAFace = 'none';

function faceRow(face, observation, known) {
  const number = observation.faces.indexOf(face) + 1;
  const corrected = known?.faces.find((other) => other.box.every((value, index) => Math.abs(value - face.box[index]) < 0.01));
  const options = [...maskLooks.map((look) => ({ value: look.state, label: text.masks[look.key].label })), { value: notAFace, label: text.correction.notAFace }];
  const control = select(options, known ? corrected?.mask ?? notAFace : face.mask, { 'aria-label': text.correction.mask(number) });
  return {
    element: h('li', crop(face, observation), control, h('span.quiet', text.correction.face(number))),
    value: () => (control.value === notAFace ? null : { box: face.box, mask: control.value }),
  };
}

/** The face cut out of its picture by moving the picture behind a small window. */
function crop(face, { snapshot_id: id, width, height }) {
  const [x, y, boxWidth, boxHeight] = face.box;
  const scale = 48 / Math.max(boxWidth, boxHeight);
  const image = h('img', { src: pictureAddress(id), alt: '' });
  setStyle(image, {
    width: `${width * scale}px`, height: `${height * scale}px`,
    left: `${24 - (x + boxWidth / 2) * scale}px`, top: `${24 - (y + boxHeight / 2) * scale}px`,
  });
  return h('span.face-crop', { 'aria-hidden': 'true' }, image);
}
