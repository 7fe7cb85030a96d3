/** A camera's last 24 hours in short. */

import { api } from '../core/api.js';
import { h } from '../core/dom.js';
import { formatCount, formatFinePercent } from '../core/format.js';
import { addCounts, complianceOf, noCounts, sightingsOf, slotsOf, spanOf } from '../core/statistics.js';
import { text } from '../text/index.js';
import { complianceChart } from './chart.js';
import { figure, loaded, skeleton } from './panels.js';

/** @param {string} cameraID @param {AbortSignal} signal */
export function daySummary(cameraID, signal) {
  const chart = complianceChart({ label: text.statistics.complianceLabel, height: 'low', signal });
  const span = spanOf('day');
  return loaded({
    signal,
    placeholder: () => skeleton(1, 'rows'),
    load: () => api.statistics({
      camera: cameraID, interval: span.interval, from: span.from.toISOString(), to: span.to.toISOString(),
    }, { signal }),
    show: (answer) => {
      const slots = slotsOf(answer);
      const total = slots.reduce(addCounts, noCounts());
      if (!total.pictures) return h('p.quiet', text.statistics.noPictures);
      chart.show(slots, span.interval);
      const share = complianceOf(total);
      return [
        h('div.figures.small',
          figure(text.statistics.compliance, share === null ? '–' : formatFinePercent(share)),
          figure(text.statistics.sightings, formatCount(sightingsOf(total))),
          figure(text.masks.without.label, formatCount(total.without))),
        chart.element,
        h('a.more-link', { href: `#/statistics?camera=${encodeURIComponent(cameraID)}` }, text.statistics.more),
      ];
    },
  });
}
