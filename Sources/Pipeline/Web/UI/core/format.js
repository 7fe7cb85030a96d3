/** Numbers, times and lengths of time for people, by `Intl` in the page's language. */

import { language } from '../text/index.js';

const whole = new Intl.NumberFormat(language, { maximumFractionDigits: 0 });
const tenths = new Intl.NumberFormat(language, { maximumFractionDigits: 1 });
const hundredths = new Intl.NumberFormat(language, { maximumFractionDigits: 2 });
const percents = new Intl.NumberFormat(language, { style: 'percent', maximumFractionDigits: 0 });
const finePercents = new Intl.NumberFormat(language, { style: 'percent', maximumFractionDigits: 1 });
const relative = new Intl.RelativeTimeFormat(language, { numeric: 'always', style: 'narrow' });
const clock = new Intl.DateTimeFormat(language, { hour: 'numeric', minute: '2-digit', second: '2-digit' });
const day = new Intl.DateTimeFormat(language, { weekday: 'short', day: 'numeric', month: 'short' });
const full = new Intl.DateTimeFormat(language, { dateStyle: 'medium', timeStyle: 'medium' });
/** By the clock of a site: making one takes longer than using it. */
const siteClocks = new Map();

function siteClock(timeZone) {
  if (!siteClocks.has(timeZone)) {
    siteClocks.set(timeZone, {
      time: new Intl.DateTimeFormat(language, { timeZone, hour: 'numeric', minute: '2-digit' }),
      dayAndTime: new Intl.DateTimeFormat(language, { timeZone, day: 'numeric', month: 'short', hour: 'numeric', minute: '2-digit' }),
      day: new Intl.DateTimeFormat(language, { timeZone, day: 'numeric', month: 'short' }),
    });
  }
  return siteClocks.get(timeZone);
}

const steps = [['second', 60], ['minute', 60], ['hour', 24], ['day', Infinity]];

export const formatCount = (value) => whole.format(value);
export const formatNumber = (value) => tenths.format(value);
export const formatPercent = (share) => percents.format(share);
export const formatFinePercent = (share) => finePercents.format(share);
export const formatSeconds = (value) => unit(hundredths.format(value), 's');
export const formatMilliseconds = (value) => unit((value < 10 ? tenths : whole).format(value), 'ms');
export const formatSize = (width, height) => `${width} × ${height}`;
export const formatTime = (date) => clock.format(new Date(date));
export const formatFull = (date) => full.format(new Date(date));
export const formatList = (items) => new Intl.ListFormat(language, { type: 'conjunction' }).format(items);

/**
 * A bucket's label on an axis, by the clock of its site.
 *
 * @param {import('./statistics.js').Slot} slot
 * @param {'minute' | 'hour' | 'day'} interval
 */
export function formatBucket({ start, timeZone }, interval, isLong = false) {
  const clocks = siteClock(timeZone);
  if (interval === 'day') return clocks.day.format(start);
  return (isLong ? clocks.dayAndTime : clocks.time).format(start);
}

/** Today only the time, otherwise the day too. */
export function formatMoment(date, now = new Date()) {
  const moment = new Date(date);
  return moment.toDateString() === now.toDateString() ? clock.format(moment) : `${day.format(moment)}, ${clock.format(moment)}`;
}

/** `4s ago`; never in the future, because clocks differ a little. */
export function formatAge(date, now = Date.now()) {
  let amount = Math.max(0, (now - new Date(date).getTime()) / 1000);
  for (const [name, size] of steps) {
    if (amount < size) return relative.format(-Math.floor(amount), name);
    amount /= size;
  }
  return '';
}

/** `45 s`, `3 min 20 s`, `2 h 5 min`, `4 d 3 h`. @param {number} seconds */
export function formatDuration(seconds) {
  const total = Math.max(0, Math.round(seconds));
  if (total < 60) return unit(total, 's');
  if (total < 3600) return pair(Math.floor(total / 60), 'min', total % 60, 's');
  if (total < 86_400) return pair(Math.floor(total / 3600), 'h', Math.floor((total % 3600) / 60), 'min');
  return pair(Math.floor(total / 86_400), 'd', Math.floor((total % 86_400) / 3600), 'h');
}

/** @param {number} bytes */
export function formatBytes(bytes) {
  const names = ['B', 'kB', 'MB', 'GB', 'TB'];
  let amount = bytes;
  let index = 0;
  for (; amount >= 1000 && index < names.length - 1; index += 1) amount /= 1000;
  return unit(tenths.format(amount), names[index]);
}

/** A narrow no-break space keeps number and unit together. */
const unit = (amount, name) => `${amount}\u202f${name}`;
const pair = (major, majorName, minor, minorName) =>
  minor ? `${unit(major, majorName)} ${unit(minor, minorName)}` : unit(major, majorName);
