/** The numbers behind the charts, for those who cannot see charts or want the numbers. */

import { h } from '../core/dom.js';
import { formatBucket, formatCount, formatFinePercent } from '../core/format.js';
import { complianceOf } from '../core/statistics.js';
import { text } from '../text/index.js';
import { button } from './panels.js';
import { maskLooks } from './states.js';

/** @param {import('../core/statistics.js').Slot[]} slots */
export function statisticsTable(slots, interval, isOpen) {
  const titles = [text.statistics.time, text.statistics.compliance, ...maskLooks.map((look) => text.masks[look.key].label), text.statistics.pictures];
  const element = h('details.panel.table-panel', h('summary', text.statistics.asTable),
    h('p', button({ label: text.statistics.download, symbol: 'download', style: 'small', onclick: () => downloadTable(slots, interval) })),
    h('div.table-scroll', h('table.plain-table.numbers',
      h('caption.visually-hidden', text.statistics.asTable),
      h('thead', h('tr', titles.map((title) => h('th', { scope: 'col' }, title)))),
      h('tbody', slots.map((slot) => row(slot, interval)).reverse()))));
  element.open = isOpen;
  return element;
}

function row(slot, interval) {
  const time = h('th', { scope: 'row' }, formatBucket(slot.start, interval, true));
  if (!slot.pictures) return h('tr.gap-row', time, h('td', { colspan: 6 }, text.statistics.noPictures));
  const share = complianceOf(slot);
  return h('tr', time, h('td', share === null ? '–' : formatFinePercent(share)),
    maskLooks.map((look) => h('td', formatCount(slot[look.key]))), h('td', formatCount(slot.pictures)));
}

/** The same as a file for a spreadsheet; times in UTC, empty where no picture was taken. */
function downloadTable(slots, interval) {
  const columns = ['start', 'pictures', 'worn_correctly', 'worn_incorrectly', 'without', 'unknown', 'compliance'];
  const lines = slots.map((slot) => {
    const values = slot.pictures ? [...columns.slice(1, -1).map((column) => slot[column]), complianceOf(slot)?.toFixed(4) ?? ''] : [0, '', '', '', '', ''];
    return [slot.start.toISOString(), ...values].join(',');
  });
  const file = new Blob([`${columns.join(',')}\r\n${lines.join('\r\n')}\r\n`], { type: 'text/csv' });
  const address = URL.createObjectURL(file);
  const name = `maskwatch-${interval}-${slots[0].start.toISOString().slice(0, 10)}.csv`;
  h('a', { href: address, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}
