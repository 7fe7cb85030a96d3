/** Times that keep ticking: one timer for the whole page. */

import { h } from '../core/dom.js';
import { formatAge, formatDuration, formatFull } from '../core/format.js';

/** How long ago something was. @param {string} date */
export function age(date) {
  return h('time.age', { datetime: date, title: formatFull(date), dataset: { ticks: 'age' } }, formatAge(date));
}

/** How long something has been going on. @param {string} date its start */
export function runningDuration(date) {
  return h('time.age', { datetime: date, title: formatFull(date), dataset: { ticks: 'duration' } }, durationSince(date));
}

const durationSince = (date) => formatDuration((Date.now() - new Date(date).getTime()) / 1000);

function tick() {
  for (const element of document.querySelectorAll('time[data-ticks]')) {
    const words = element.dataset.ticks === 'age' ? formatAge(element.dateTime) : durationSince(element.dateTime);
    if (element.textContent !== words) element.textContent = words;
  }
}

setInterval(tick, 1000);
