/** The numbers behind the charts, for those who cannot see charts or want the numbers. */

import { h } from '../core/dom.js';
import { formatBucket, formatCount, formatFinePercent } from '../core/format.js';
import { complianceOf } from '../core/statistics.js';
import { text } from '../text/index.js';
import { icon } from './icon.js';
import { maskLooks } from './states.js';

/** @param {import('../core/statistics.js').Slot[]} slots @param {string} address of the numbers by camera as a file */
export function statisticsTable(slots, interval, isOpen, address) {
  const titles = [text.statistics.time, text.statistics.compliance, ...maskLooks.map((look) => text.masks[look.key].label), text.statistics.pictures, text.statistics.incidents];
  const element = h('details.panel.table-panel', h('summary', text.statistics.asTable),
    h('p', h('a.button.small', { href: address, download: '' }, icon('download'), h('span', text.statistics.download))),
    h('div.table-scroll', h('table.plain-table.numbers',
      h('caption.visually-hidden', text.statistics.asTable),
      h('thead', h('tr', titles.map((title) => h('th', { scope: 'col' }, title)))),
      h('tbody', slots.map((slot) => row(slot, interval)).reverse()))));
  element.open = isOpen;
  return element;
}

function row(slot, interval) {
  const time = h('th', { scope: 'row' }, formatBucket(slot, interval, true));
  if (!slot.pictures) return h('tr.gap-row', time, h('td', { colspan: 7 }, text.statistics.noPictures));
  const share = complianceOf(slot);
  return h('tr', time, h('td', share === null ? '–' : formatFinePercent(share)),
    maskLooks.map((look) => h('td', formatCount(slot[look.key]))), h('td', formatCount(slot.pictures)), h('td', formatCount(slot.incidents)));
}
