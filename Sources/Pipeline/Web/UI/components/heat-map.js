/** The hours of a week as a field of colour: when masks are worn, and when not. */

import { api } from '../core/api.js';
import { fill, h, setStyle } from '../core/dom.js';
import { formatCount, formatPercent } from '../core/format.js';
import { complianceOf } from '../core/statistics.js';
import { text } from '../text/index.js';
import { failure } from './panels.js';
import { segmented } from './segmented.js';

const day = 86_400_000;
const lengths = { week: 7 * day, month: 30 * day };
/** What can be shown, with its colour. */
const measures = {
  compliance: { colour: '--accent', value: complianceOf, words: (value) => formatPercent(value) },
  without: { colour: '--mask-without', value: (cell) => (cell.pictures ? cell.without : null), words: (value) => formatCount(value) },
  incidents: { colour: '--mask-worn-incorrectly', value: (cell) => (cell.hours ? cell.incidents : null), words: (value) => formatCount(value) },
};

/** @param {AbortSignal} signal @returns {{ element: HTMLElement, load: (filter: any) => Promise<void> }} */
export function heatMap(signal) {
  const choice = { range: 'month', measure: 'compliance', filter: {} };
  const body = h('div');
  const lead = h('p.quiet');
  let week = null;

  const ranges = segmented({
    label: text.statistics.range, value: choice.range, options: Object.entries(text.statistics.weekRanges),
    onChoose: (range) => { choice.range = range; load(choice.filter); },
  });
  const measure = segmented({
    label: text.statistics.weekMeasure, value: choice.measure, options: Object.entries(text.statistics.weekMeasures),
    onChoose: (key) => { choice.measure = key; if (week) paint(); },
  });

  async function load(filter) {
    choice.filter = filter;
    const to = new Date(Math.ceil(Date.now() / 3_600_000) * 3_600_000);
    const from = new Date(to.getTime() - lengths[choice.range]);
    try {
      week = await api.weekStatistics({ ...filter, from: from.toISOString(), to: to.toISOString() }, { signal });
      if (!signal.aborted) paint();
    } catch (error) {
      if (error.name !== 'AbortError') fill(body, failure(error, () => load(choice.filter)));
    }
  }

  function paint() {
    const { colour, value, words } = measures[choice.measure];
    const values = week.cells.map(value);
    // The colours span what there is, so that differences show; counts begin at zero.
    const there = values.filter((one) => one !== null);
    const most = there.length ? Math.max(...there) : 1;
    const least = choice.measure === 'compliance' && there.length ? Math.min(...there) : 0;
    fill(lead, `${text.statistics.weekLead(text.statistics.weekRanges[choice.range])} ${week.time_zone}`);
    const grid = h('div.heat', { role: 'img', 'aria-label': text.statistics.weekTitle },
      h('span'), Array.from({ length: 24 }, (_, hour) => h('span.heat-label.heat-hour', hour % 3 === 0 ? String(hour) : '')),
      text.statistics.weekdays.map((name, index) => [h('span.heat-label', name), week.cells.slice(index * 24, index * 24 + 24)
        .map((cell, hour) => cellOf(values[index * 24 + hour], least, most, words, name, hour))]));
    const scale = h('p.heat-scale', words(least), h('i', { 'aria-hidden': 'true' }), words(most));
    for (const part of [grid, scale]) setStyle(part, { '--heat': `var(${colour})` });
    fill(body, h('div.heat-scroll', grid), scale);
  }

  function cellOf(value, least, most, words, name, hour) {
    const cell = h('span.heat-cell', { class: value === null ? 'none' : '', title: text.statistics.weekCell(name, hour, value === null ? text.statistics.weekNothing : words(value)) });
    if (value !== null) setStyle(cell, { '--share': `${Math.round(8 + (92 * (value - least)) / Math.max(most - least, 1e-9))}%` });
    return cell;
  }
  return { element: h('div.heat-map', h('div.heat-head', measure, ranges), lead, body), load };
}
