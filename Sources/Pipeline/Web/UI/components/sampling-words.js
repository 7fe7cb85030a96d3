/** How often a camera is looked at, in a sentence. */

import { formatCount, formatDuration, formatNumber } from '../core/format.js';
import { text } from '../text/index.js';

const everyInWords = (every) =>
  (every < 60 || every % 1 ? text.sampling.seconds(formatNumber(every), every) : formatDuration(every));

/** `1 picture every 5 seconds`. @param {{ every: number, shots: number, spacing: number }} sampling */
export function samplingInWords({ every, shots, spacing }) {
  return shots > 1
    ? text.sampling.burst(shots, everyInWords(every), text.sampling.seconds(formatNumber(spacing), spacing))
    : text.sampling.single(everyInWords(every));
}

/** What that comes to in an hour and a day. */
export function samplingAmount({ every, shots }) {
  const perHour = (3600 / every) * shots;
  return text.sampling.amount(perHour < 1 ? formatNumber(perHour) : formatCount(Math.round(perHour)),
    formatCount(Math.round(perHour * 24)));
}
