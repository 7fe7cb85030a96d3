/** A camera's picture with its faces drawn over it; changes to another without flicker. */

import { pictureAddress } from '../core/api.js';
import { fill, h, setStyle } from '../core/dom.js';
import { formatFinePercent, formatPercent } from '../core/format.js';
import { text } from '../text/index.js';
import { icon } from './icon.js';
import { facesInWords, maskLook } from './states.js';

/**
 * @typedef {{ box: [number, number, number, number], score: number, mask: string, mask_score: number }} Face
 * @typedef {{ snapshot_id?: string, taken_at?: string, width: number, height: number, faces: Face[] }} Observation
 */

/**
 * @param {{ labels?: 'marks' | 'words', isLarge?: boolean, name?: string }} options
 *   `labels`: small marks at the faces, or words with percentages; `isLarge`: as high as its picture, not 16:9
 * @returns {{ element: HTMLElement, show: (observation: Observation, address?: string) => Promise<boolean>, clear: (message?: string, symbol?: string) => void }}
 */
export function facePicture({ labels = 'marks', isLarge = false, name = '' } = {}) {
  const stage = h('div.picture-stage');
  const element = h(`div.picture.${labels}${isLarge ? '.large' : ''}`, stage);
  let wanted = 0;

  /** Resolves when the picture can be painted at once; false if another was asked for meanwhile or it is gone. */
  async function show(observation, address = pictureAddress(observation.snapshot_id)) {
    wanted += 1;
    const mine = wanted;
    const image = new Image();
    image.alt = name ? text.faces.pictureOf(name, facesInWords(observation.faces)) : facesInWords(observation.faces);
    image.src = address;
    try {
      await image.decode();
    } catch {
      if (mine === wanted) clear(text.faces.pictureGone);
      return false;
    }
    if (mine !== wanted) return false;
    setStyle(element, { '--ratio': String(observation.width / observation.height) });
    fill(stage, image, observation.faces.map((face) => faceBox(face, observation)));
    element.classList.remove('empty');
    return true;
  }

  function clear(message = text.faces.noPicture, symbol = 'picture') {
    wanted += 1;
    element.classList.add('empty');
    fill(stage, h('div.picture-empty', icon(symbol), h('p', message)));
  }

  return { element, show, clear };
}

/** A face's box, placed in parts of the picture so that it fits whatever size the picture is shown in. */
function faceBox(face, { width, height }) {
  const look = maskLook(face.mask);
  const [x, y, boxWidth, boxHeight] = face.box;
  const label = text.masks[look.key].label;
  const sure = text.faces.sure(label, formatFinePercent(face.mask_score), formatFinePercent(face.score));
  const box = h('div.face', { class: look.key, title: sure, 'aria-hidden': 'true' },
    h('span.face-tag', icon(look.icon), h('span.face-word', `${label} ${formatPercent(face.mask_score)}`)));
  setStyle(box, {
    left: `${(100 * x) / width}%`,
    top: `${(100 * y) / height}%`,
    width: `${(100 * boxWidth) / width}%`,
    height: `${(100 * boxHeight) / height}%`,
  });
  if (y / height < 0.08) box.classList.add('tag-inside');
  if ((x + boxWidth / 2) / width > 0.75) box.classList.add('tag-left');
  return box;
}
