/** A few choices side by side, one of them on. */

import { h, uniqueName } from '../core/dom.js';

/** @param {{ label: string, value: string, options: [string, string][], onChoose: (value: string) => void }} options */
export function segmented({ label, value, options, onChoose }) {
  const name = uniqueName('choice');
  return h('div.segmented', { role: 'radiogroup', 'aria-label': label }, options.map(([key, words]) => {
    const radio = h('input.visually-hidden', { type: 'radio', name, onchange: () => onChoose(key) });
    radio.checked = key === value;
    return h('label', radio, h('span', words));
  }));
}
