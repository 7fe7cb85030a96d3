/** How long something must be so: pictures of pictures, or seconds. */

import { h } from '../core/dom.js';
import { text } from '../text/index.js';
import { input } from './form.js';
import { segmented } from './segmented.js';

/**
 * @param {'confirmation' | 'release'} name
 * @param {any} value as the API has it
 * @returns {{ element: HTMLElement, value: () => any, allowPictures: (isAllowed: boolean) => void }}
 */
export function confirmationFields(name, label, value) {
  const begin = 'seconds' in value ? { pictures: 2, of: 3, seconds: value.seconds } : { ...value, seconds: 30 };
  let isSeconds = 'seconds' in value;
  let mayCount = true;
  const number = (amount, hint, max) => input({ type: 'number', min: 0, max, step: 1, value: amount, 'aria-label': `${label}: ${hint}` });
  const pictures = number(begin.pictures, text.ruleForm.pictures, 100);
  const of = number(begin.of, text.ruleForm.of, 100);
  const seconds = number(begin.seconds, text.ruleForm.secondsUnit, 86_400);
  const gap = (key, control) => h('span.gap', { dataset: { field: `${name}.${key}` } }, control, h('span.field-error', { hidden: true }));
  const counted = h('span.time-numbers', gap('pictures', pictures), text.ruleForm.of, gap('of', of), text.ruleForm.pictures.toLowerCase());
  const timed = h('span.time-numbers', gap('seconds', seconds), text.ruleForm.secondsUnit);
  const choice = segmented({
    label, value: isSeconds ? 'seconds' : 'pictures',
    options: [['pictures', text.ruleForm.inPictures], ['seconds', text.ruleForm.forSeconds]],
    onChoose: (key) => { isSeconds = key === 'seconds'; paint(); },
  });
  function paint() {
    choice.hidden = !mayCount;
    counted.hidden = isSeconds || !mayCount;
    timed.hidden = !isSeconds && mayCount;
  }
  paint();
  const whole = (control) => (control.value.trim() === '' ? undefined : Number(control.value));
  return {
    element: h('div.field', { dataset: { field: name } }, h('span.field-name', label), h('div.time-line', choice, counted, timed), h('p.field-error', { hidden: true })),
    value: () => (isSeconds || !mayCount ? { seconds: whole(seconds) } : { pictures: whole(pictures), of: whole(of) }),
    allowPictures: (isAllowed) => { mayCount = isAllowed; paint(); },
  };
}
