/** Compliance and sightings over time. */

import { api } from '../core/api.js';
import { fill, h } from '../core/dom.js';
import { formatCount, formatFinePercent } from '../core/format.js';
import { onGap } from '../core/live.js';
import { replaceQuery } from '../core/router.js';
import { addCounts, coarser, complianceOf, noCounts, ranges, sightingsOf, slotsOf, spanOf } from '../core/statistics.js';
import { complianceChart, sightingsChart } from '../components/chart.js';
import { select } from '../components/form.js';
import { card, emptyState, failure, figure, pageHead, skeleton } from '../components/panels.js';
import { segmented } from '../components/segmented.js';
import { legend } from '../components/states.js';
import { statisticsTable } from '../components/statistics-table.js';
import { text } from '../text/index.js';

/** New buckets come by the minute. */
const refreshEvery = 30_000;

export function render({ query, signal }) {
  const choice = { range: query.get('range') in ranges ? query.get('range') : 'day', camera: query.get('camera') ?? '' };
  const cameraPlace = h('div.filter');
  const figures = h('div.figures');
  const compliance = complianceChart({ label: text.statistics.complianceLabel, signal });
  const sightings = sightingsChart({ label: text.statistics.sightingsLabel, signal });
  const table = h('div');
  const body = h('div.statistics-body', skeleton(1, 'large-picture'));
  const shown = [
    figures,
    card(text.statistics.complianceTitle, compliance.element, h('p.quiet.chart-note', h('span.gap-sample', { 'aria-hidden': 'true' }), text.statistics.gap)),
    card(text.statistics.sightingsTitle, sightings.element, legend(), h('p.quiet', text.statistics.sightingsNote)),
    table,
  ];
  let latest = 0;

  async function refresh() {
    latest += 1;
    const mine = latest;
    try {
      const { buckets, span } = await readStatistics(choice, signal);
      if (mine === latest && !signal.aborted) show(slotsOf(buckets, span), span.interval);
    } catch (error) {
      if (mine === latest && error.name !== 'AbortError') fill(body, failure(error, refresh));
    }
  }

  function show(slots, interval) {
    const total = slots.reduce(addCounts, noCounts());
    if (total.pictures === 0) {
      fill(body, nothing(choice.range));
      return;
    }
    if (!body.contains(figures)) fill(body, shown);
    fill(figures, figuresOf(total));
    compliance.show(slots, interval);
    sightings.show(slots, interval);
    const isOpen = table.querySelector('details')?.open ?? false;
    fill(table, statisticsTable(slots, interval, isOpen));
  }

  function choose(changes) {
    Object.assign(choice, changes);
    replaceQuery(choice);
    refresh();
  }

  api.cameras({ signal }).then((cameras) => {
    const options = [{ value: '', label: text.filters.allCameras }, ...cameras.map(({ id, name }) => ({ value: id, label: name }))];
    fill(cameraPlace, select(options, choice.camera, {
      'aria-label': text.filters.camera, onchange: (event) => choose({ camera: event.target.value }),
    }));
  }, () => { /* The statistics below say what is wrong. */ });
  const timer = setInterval(refresh, refreshEvery);
  signal.addEventListener('abort', () => clearInterval(timer));
  onGap(refresh, signal);
  refresh();
  return h('div', pageHead(text.sections.statistics, { lead: text.statistics.lead }),
    h('div.filters',
      segmented({
        label: text.statistics.range, value: choice.range,
        options: Object.keys(ranges).map((name) => [name, text.statistics.ranges[name]]), onChoose: (range) => choose({ range }),
      }),
      cameraPlace),
    body);
}

/** Asks for coarser buckets where there would be too many, as with a hundred cameras in a week. */
async function readStatistics({ range, camera }, signal) {
  let span = spanOf(range);
  for (;;) {
    try {
      const filter = { camera, interval: span.interval, from: span.from.toISOString(), to: span.to.toISOString() };
      return { buckets: (await api.statistics(filter, { signal })).buckets, span };
    } catch (error) {
      if (error.status !== 422 || !(span.interval in coarser)) throw error;
      span = spanOf(range, coarser[span.interval]);
    }
  }
}

function figuresOf(total) {
  const share = complianceOf(total);
  return [
    figure(text.statistics.compliance, share === null ? '–' : formatFinePercent(share), text.statistics.complianceDetail),
    figure(text.statistics.sightings, formatCount(sightingsOf(total)), text.statistics.sightingsDetail),
    figure(text.masks.without.label, formatCount(total.without), text.statistics.withoutDetail),
    figure(text.masks.worn_incorrectly.label, formatCount(total.worn_incorrectly), text.statistics.incorrectDetail),
    figure(text.statistics.pictures, formatCount(total.pictures), text.statistics.picturesDetail),
  ];
}

const nothing = (range) => emptyState({
  symbol: 'chart', title: text.statistics.emptyTitle(text.statistics.ranges[range]), message: text.statistics.emptyMessage,
});
