/** How mask states and camera states look: each has its own colour, shape and word, so that colour is never alone. */

import { h } from '../core/dom.js';
import { formatCount } from '../core/format.js';
import { text } from '../text/index.js';
import { icon } from './icon.js';

/**
 * @typedef {'mask_worn_correctly' | 'mask_worn_incorrectly' | 'without_mask' | 'unknown'} MaskState
 * @typedef {{ state: MaskState, key: string, icon: string }} MaskLook `key` names the CSS class and the statistics field
 */

/** In the order in which they are always shown. @type {MaskLook[]} */
export const maskLooks = [
  { state: 'mask_worn_correctly', key: 'worn_correctly', icon: 'check' },
  { state: 'mask_worn_incorrectly', key: 'worn_incorrectly', icon: 'partly' },
  { state: 'without_mask', key: 'without', icon: 'cross' },
  { state: 'unknown', key: 'unknown', icon: 'question' },
];

/** @param {string} state @returns {MaskLook} */
export const maskLook = (state) => maskLooks.find((look) => look.state === state) ?? maskLooks[3];

/** @param {{ mask: string }[]} faces @returns {Record<string, number>} faces by `key` */
export function countFaces(faces) {
  const counts = Object.fromEntries(maskLooks.map((look) => [look.key, 0]));
  for (const face of faces) counts[maskLook(face.mask).key] += 1;
  return counts;
}

/** `2 faces: 1 mask worn, 1 no mask`. */
export function facesInWords(faces) {
  const counts = countFaces(faces);
  const parts = maskLooks.filter((look) => counts[look.key])
    .map((look) => `${formatCount(counts[look.key])} ${text.masks[look.key].label.toLowerCase()}`);
  return text.faces.summary(faces.length, parts.join(', '));
}

/** The coloured mark of a mask state. @param {MaskLook} look */
export const maskMark = (look) => h('span.mask-mark', { class: look.key, 'aria-hidden': 'true' }, icon(look.icon));

/** Marks with numbers, one a mask state. Those of zero are pale, so that nothing moves when they change. */
export function faceCounts(counts) {
  return h('ul.face-counts', maskLooks.map((look) =>
    h('li', { class: counts[look.key] ? look.key : 'none', title: text.masks[look.key].label },
      maskMark(look), h('span.visually-hidden', `${text.masks[look.key].label}: `), formatCount(counts[look.key] ?? 0))));
}

/**
 * What the colours and marks mean, with totals if given.
 *
 * @param {Record<string, number>} [counts]
 */
export function legend(counts) {
  return h('ul.legend', { 'aria-label': text.masks.legend }, maskLooks.map((look) =>
    h('li', { title: text.masks[look.key].explanation },
      maskMark(look), h('span', text.masks[look.key].label),
      counts && h('strong', formatCount(counts[look.key])))));
}

/** Whether a camera gives pictures, as a word in a coloured shape. @param {string} state */
export function cameraChip(state) {
  const known = state in text.cameraStates ? state : 'waiting';
  return h('span.chip', { class: known }, h('span.chip-mark', { 'aria-hidden': 'true' }), text.cameraStates[known]);
}

/** The state to show for a camera: what its grabber said, or that none has yet. */
export function cameraState(camera) {
  if (!camera.is_enabled) return 'disabled';
  return camera.status?.state ?? 'waiting';
}

/** How grave an incident is. @param {'info' | 'warning' | 'critical'} severity */
export const severityChip = (severity) =>
  h('span.chip.severity', { class: severity }, h('span.chip-mark', { 'aria-hidden': 'true' }), text.severities[severity]);
