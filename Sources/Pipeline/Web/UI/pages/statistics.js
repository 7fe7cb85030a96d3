/** Compliance, sightings and incidents over time, and over the hours of the week. */

import { api } from '../core/api.js';
import { fill, h } from '../core/dom.js';
import { formatCount, formatFinePercent, formatPercent } from '../core/format.js';
import { onGap } from '../core/live.js';
import { replaceQuery } from '../core/router.js';
import { addCounts, complianceOf, noCounts, ranges, sightingsOf, slotsOf, spanBefore, spanOf } from '../core/statistics.js';
import { complianceChart, sightingsChart } from '../components/chart.js';
import { toggle } from '../components/form.js';
import { heatMap } from '../components/heat-map.js';
import { card, emptyState, failure, figure, pageHead, skeleton } from '../components/panels.js';
import { segmented } from '../components/segmented.js';
import { legend } from '../components/states.js';
import { statisticsFilters } from '../components/statistics-filters.js';
import { statisticsTable } from '../components/statistics-table.js';
import { text } from '../text/index.js';

/** New buckets come by the minute. */
const refreshEvery = 30_000;

export function render({ query, signal }) {
  const choice = {
    range: query.get('range') in ranges ? query.get('range') : 'day', site: query.get('site') ?? '', camera: query.get('camera') ?? '',
    zone: query.get('zone') ?? '', compare: query.get('compare') ?? '',
  };
  const figures = h('div.figures');
  const compliance = complianceChart({ label: text.statistics.complianceLabel, signal });
  const sightings = sightingsChart({ label: text.statistics.sightingsLabel, signal });
  const week = heatMap(signal);
  const table = h('div');
  const body = h('div.statistics-body', skeleton(1, 'large-picture'));
  const shown = [
    figures,
    card(text.statistics.complianceTitle, compliance.element, h('p.quiet.chart-note', h('span.gap-sample', { 'aria-hidden': 'true' }), text.statistics.gap)),
    card(text.statistics.sightingsTitle, sightings.element, legend(), h('p.quiet', text.statistics.sightingsNote)),
    card(text.statistics.weekTitle, week.element),
    table,
  ];
  let latest = 0;

  const place = () => ({ site: choice.site, camera: choice.camera, zone: choice.zone });
  const read = (span) => api.statistics({ ...place(), interval: span.interval, from: span.from.toISOString(), to: span.to.toISOString() }, { signal });

  async function refresh() {
    latest += 1;
    const mine = latest;
    try {
      const now = await read(spanOf(choice.range));
      const before = choice.compare ? await read(spanBefore(now)) : null;
      if (mine === latest && !signal.aborted) show(slotsOf(now), before && slotsOf(before), now);
    } catch (error) {
      if (mine === latest && error.name !== 'AbortError') fill(body, failure(error, refresh));
    }
  }

  function show(slots, before, { interval, from, to }) {
    const total = slots.reduce(addCounts, noCounts());
    if (total.pictures === 0) {
      fill(body, nothing(choice.range), card(text.statistics.weekTitle, week.element));
      return;
    }
    if (!body.contains(figures)) fill(body, shown);
    fill(figures, figuresOf(total, before?.reduce(addCounts, noCounts())));
    compliance.show(slots, interval, before);
    sightings.show(slots, interval);
    const isOpen = table.querySelector('details')?.open ?? false;
    const address = api.statisticsTable({ ...place(), interval, from, to });
    fill(table, statisticsTable(slots, interval, isOpen, address));
  }

  function choose(changes) {
    Object.assign(choice, changes);
    replaceQuery(choice);
    refresh();
    if ('camera' in changes || 'site' in changes || 'zone' in changes) week.load(place());
  }

  const filters = h('div.filters-place');
  Promise.all([api.cameras({ signal }), api.sites({ signal })]).then(([cameras, { sites }]) => {
    fill(filters, statisticsFilters({ cameras, sites, choice, onChoose: choose }));
  }, () => { /* The statistics below say what is wrong. */ });
  const compare = toggle({ label: text.statistics.compare, checked: Boolean(choice.compare), onchange: (event) => choose({ compare: event.target.checked ? '1' : '' }) });
  const timer = setInterval(refresh, refreshEvery);
  signal.addEventListener('abort', () => clearInterval(timer));
  onGap(refresh, signal);
  refresh();
  week.load(place());
  return h('div', pageHead(text.sections.statistics, { lead: text.statistics.lead }),
    h('div.filters',
      segmented({
        label: text.statistics.range, value: choice.range,
        options: Object.keys(ranges).map((name) => [name, text.statistics.ranges[name]]), onChoose: (range) => choose({ range }),
      }),
      filters, compare.element),
    body);
}

function figuresOf(total, before) {
  const share = complianceOf(total);
  const then = before && complianceOf(before);
  const compared = (key, words) => figure(words, formatCount(total[key]), before ? changeOf(total[key], before[key], key !== 'pictures') : undefined);
  return [
    figure(text.statistics.compliance, share === null ? '–' : formatFinePercent(share),
      before ? pointsOf(share, then) : text.statistics.complianceDetail),
    figure(text.statistics.sightings, formatCount(sightingsOf(total)),
      before ? changeOf(sightingsOf(total), sightingsOf(before)) : text.statistics.sightingsDetail),
    compared('without', text.masks.without.label),
    compared('incidents', text.statistics.incidents),
    figure(text.statistics.pictures, formatCount(total.pictures),
      total.expected ? text.statistics.expected(formatPercent(Math.min(1, total.pictures / total.expected))) : text.statistics.picturesDetail),
  ];
}

/** How many points the share of correct masks changed by. */
function pointsOf(now, then) {
  if (now === null || then === null) return '–';
  const points = Math.round((now - then) * 1000) / 10;
  if (!points) return text.statistics.same;
  const words = points > 0 ? text.statistics.better(formatCount(points)) : text.statistics.worse(formatCount(-points));
  return h('span', { class: points > 0 ? 'up' : 'down' }, words);
}

function changeOf(now, then, isBad = false) {
  if (now === then) return text.statistics.same;
  const words = now > then ? text.statistics.moreThan(formatCount(now - then)) : text.statistics.fewer(formatCount(then - now));
  return isBad ? h('span', { class: now > then ? 'down' : 'up' }, words) : words;
}

const nothing = (range) => emptyState({
  symbol: 'chart', title: text.statistics.emptyTitle(text.statistics.ranges[range]), message: text.statistics.emptyMessage,
});
