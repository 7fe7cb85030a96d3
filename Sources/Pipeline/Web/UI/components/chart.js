/** Charts by Chart.js, loaded when first needed, in the colours of the page. */

import { h } from '../core/dom.js';
import { formatBucket, formatCount, formatFinePercent, formatPercent } from '../core/format.js';
import { complianceOf, isGap } from '../core/statistics.js';
import { onThemeChange } from '../core/theme.js';
import { text } from '../text/index.js';
import { maskLooks } from './states.js';

let loading = null;

/** Chart.js is a classic script that leaves a global behind. */
function chartLibrary() {
  loading ??= new Promise((resolve, reject) => {
    const script = document.createElement('script');
    script.src = '/assets/vendor/chart.min.js';
    script.onload = () => resolve(window.Chart);
    script.onerror = () => {
      loading = null;
      reject(new Error(text.statistics.noCharts));
    };
    document.head.append(script);
  });
  return loading;
}

/**
 * A chart that takes new slots without being built again.
 *
 * @param {'compliance' | 'sightings'} kind
 * @param {{ label: string, height?: string, signal: AbortSignal }} options
 */
function chartOf(kind, { label, height = 'normal', signal }) {
  const canvas = h('canvas', { role: 'img', 'aria-label': label });
  const element = h('div.chart', { class: height }, canvas);
  let chart = null;
  let latest = null;

  /** @param {any[]} [before] the slots of the time before, drawn behind */
  async function show(slots, interval, before) {
    latest = { slots, interval, before };
    let Chart;
    try {
      Chart = await chartLibrary();
    } catch (error) {
      element.replaceChildren(h('p.quiet', error.message));
      return;
    }
    if (signal.aborted) return;
    const data = { labels: labelsOf(slots, interval), datasets: kind === 'compliance' ? [...lineOf(slots), ...lineBefore(before)] : barsOf(slots) };
    if (chart) {
      chart.data = data;
      chart.options = optionsOf(kind, slots, interval);
      chart.update('none');
    } else {
      chart = new Chart(canvas, {
        type: kind === 'compliance' ? 'line' : 'bar', data, options: optionsOf(kind, slots, interval), plugins: [gapPlugin],
      });
    }
  }
  signal.addEventListener('abort', () => chart?.destroy());
  onThemeChange(() => latest && show(latest.slots, latest.interval, latest.before), signal);
  return { element, show };
}

/** Share of masks worn correctly over time. */
export const complianceChart = (options) => chartOf('compliance', options);
/** Sightings by mask state over time. */
export const sightingsChart = (options) => chartOf('sightings', options);

const labelsOf = (slots, interval) => {
  const isLong = interval === 'hour' && slots.length > 24;
  return slots.map((slot) => formatBucket(slot, interval, isLong));
};

const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

function lineOf(slots) {
  const line = colour('--accent');
  return [{
    label: text.statistics.compliance, data: slots.map(complianceOf), spanGaps: false,
    borderColor: line, backgroundColor: colour('--accent-wash'), fill: true, tension: 0.25, borderWidth: 2,
    pointRadius: (context) => (isLonely(context.dataset.data, context.dataIndex) ? 3 : 0), pointHoverRadius: 5, pointBackgroundColor: line,
  }];
}

const lineBefore = (before) => (before ? [{
  label: text.statistics.before, data: before.map(complianceOf), spanGaps: false, borderColor: colour('--text-quiet'), borderDash: [5, 4],
  borderWidth: 1.5, fill: false, tension: 0.25, pointRadius: 0, pointHoverRadius: 4,
}] : []);

/** A value between two gaps has no line; it needs a point to be seen. */
const isLonely = (values, index) =>
  values[index] !== null && (values[index - 1] ?? null) === null && (values[index + 1] ?? null) === null;

const barsOf = (slots) => maskLooks.map((look) => ({
  label: text.masks[look.key].label, data: slots.map((slot) => (slot.pictures ? slot[look.key] : null)),
  backgroundColor: colour(`--mask-${look.key.replace('_', '-')}`), stack: 'sightings', borderWidth: 0, categoryPercentage: 0.9, barPercentage: 0.95,
}));

function optionsOf(kind, slots, interval) {
  const isShare = kind === 'compliance';
  const quiet = colour('--text-quiet');
  const font = { family: getComputedStyle(document.body).fontFamily, size: 12 };
  const value = (amount) => (isShare ? formatFinePercent(amount) : formatCount(amount));
  return {
    responsive: true, maintainAspectRatio: false, animation: false, normalized: true,
    interaction: { mode: 'index', intersect: false },
    scales: {
      x: { offset: true, stacked: !isShare, grid: { display: false }, border: { color: colour('--border') }, ticks: { color: quiet, font, maxRotation: 0, autoSkipPadding: 24 } },
      y: {
        stacked: !isShare, beginAtZero: true, ...(isShare ? { max: 1 } : { suggestedMax: 4 }),
        grid: { color: colour('--grid'), drawBorder: false },
        ticks: { color: quiet, font, maxTicksLimit: 5, ...(isShare ? {} : { precision: 0 }), callback: isShare ? (tick) => formatPercent(tick) : (tick) => formatCount(tick) },
      },
    },
    plugins: {
      legend: { display: false },
      gaps: { isGap: slots.map(isGap), colour: colour('--gap') },
      tooltip: {
        callbacks: {
          title: ([item]) => formatBucket(slots[item.dataIndex], interval, true),
          label: (item) => ` ${item.dataset.label}: ${item.raw === null ? '–' : value(item.raw)}`,
          afterBody: ([item]) => picturesOf(slots[item.dataIndex]),
        },
      },
    },
  };
}

const picturesOf = ({ pictures, expected }) => (expected > pictures
  ? text.statistics.missing(formatCount(pictures), formatCount(expected)) : text.statistics.picturesTaken(pictures));

/** Shades the times in which no picture was taken, so that they are not mistaken for times in which nobody came. */
const gapPlugin = {
  id: 'gaps',
  beforeDatasetsDraw(chart, _, { isGap, colour: shade }) {
    if (!isGap) return;
    const { ctx: context, chartArea: area } = chart;
    const width = area.width / isGap.length;
    context.save();
    context.fillStyle = shade;
    for (const [index, gap] of isGap.entries()) {
      if (gap) context.fillRect(area.left + index * width, area.top, width, area.height);
    }
    context.restore();
  },
};
