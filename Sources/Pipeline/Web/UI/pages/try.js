/** Drop a picture and see its faces; nothing is kept. */

import { api } from '../core/api.js';
import { fill, h } from '../core/dom.js';
import { formatFinePercent, formatMilliseconds, formatSize } from '../core/format.js';
import { card, facts, notice, pageHead } from '../components/panels.js';
import { icon } from '../components/icon.js';
import { facePicture } from '../components/picture.js';
import { facesInWords, legend, maskLook, maskMark } from '../components/states.js';
import { text } from '../text/index.js';

const largestBytes = 32 * 1024 * 1024;
const kinds = ['image/jpeg', 'image/png'];

export function render({ signal }) {
  const result = h('div.try-result', { 'aria-live': 'polite' });
  const chooser = h('input.visually-hidden', { type: 'file', accept: kinds.join(','), 'aria-label': text.tryIt.choose, onchange: chosen });
  const zone = h('label.drop-zone', chooser,
    icon('upload'), h('strong', text.tryIt.drop), h('span.button', text.tryIt.choose), h('span.quiet', text.tryIt.limits));
  let address = null;
  let running = null;

  function chosen() {
    if (chooser.files[0]) analyse(chooser.files[0]);
    chooser.value = '';
  }

  async function analyse(file) {
    const complaint = complaintAbout(file);
    if (complaint) {
      fill(result, notice('error', h('p', complaint)));
      return;
    }
    running?.abort();
    running = new AbortController();
    const current = AbortSignal.any([signal, running.signal]);
    if (address) URL.revokeObjectURL(address);
    address = URL.createObjectURL(file);
    fill(result, h('div.probe-empty.busy', h('div.spinner'), h('p', text.tryIt.waiting)));
    try {
      const found = await api.detect(file, { signal: current });
      const picture = facePicture({ labels: 'words', isLarge: true });
      await picture.show(found, address);
      fill(result, resultOf(found, picture.element));
    } catch (error) {
      if (error.name === 'AbortError') return;
      fill(result, notice('error', h('p', h('strong', text.tryIt.failed)), h('p', error.message)));
    }
  }

  listenForPictures(zone, analyse, signal);
  signal.addEventListener('abort', () => address && URL.revokeObjectURL(address));
  return h('div', pageHead(text.tryIt.title, { lead: text.tryIt.lead }), zone, result);
}

/** @param {File} file @returns {string | null} why it is not worth sending */
function complaintAbout(file) {
  if (!kinds.includes(file.type)) return text.tryIt.wrongKind(file.name || text.tryIt.unnamed);
  if (file.size > largestBytes) return text.tryIt.tooLarge;
  return file.size === 0 ? text.tryIt.emptyFile : null;
}

/** Pictures may be dropped on the zone or pasted anywhere on the page. */
function listenForPictures(zone, analyse, signal) {
  const firstFile = (transfer) => [...(transfer?.files ?? [])][0];
  const mark = (isOver) => zone.classList.toggle('over', isOver);
  // Beside the zone a drop would make the browser leave the page for the picture.
  document.addEventListener('dragover', (event) => event.preventDefault(), { signal });
  document.addEventListener('drop', (event) => {
    event.preventDefault();
    mark(false);
    const file = firstFile(event.dataTransfer);
    if (file) analyse(file);
  }, { signal });
  zone.addEventListener('dragenter', () => mark(true));
  zone.addEventListener('dragover', () => mark(true));
  zone.addEventListener('dragleave', () => mark(false));
  document.addEventListener('paste', (event) => {
    const file = firstFile(event.clipboardData);
    if (file) analyse(file);
  }, { signal });
}

function resultOf(found, picture) {
  const { timings_ms: timings = {} } = found;
  return h('div.camera-layout',
    h('div.camera-main', picture, legend()),
    h('div.camera-side',
      card(facesInWords(found.faces), found.faces.length ? faceList(found.faces) : h('p.quiet', text.tryIt.noFaces)),
      card(text.tryIt.timings, facts([
        [text.stream.size, formatSize(found.width, found.height)],
        ...['decode', 'detect', 'classify', 'total'].filter((step) => step in timings)
          .map((step) => [text.tryIt.steps[step], formatMilliseconds(timings[step])]),
      ]))));
}

const faceList = (faces) => h('ol.face-list', faces.map((face) => {
  const look = maskLook(face.mask);
  return h('li', maskMark(look), h('span', text.masks[look.key].label),
    h('span.quiet', text.tryIt.faceScores(formatFinePercent(face.mask_score), formatFinePercent(face.score))));
}));
