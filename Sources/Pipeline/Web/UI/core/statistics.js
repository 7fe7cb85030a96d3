/** Statistics as charts need them: one slot a bucket of time, gaps included. Times are those of the site, not of the browser. */

/**
 * @typedef {{ worn_correctly: number, worn_incorrectly: number, without: number, unknown: number, pictures: number, expected: number, incidents: number }} Counts
 * @typedef {Counts & { start: Date, timeZone: string }} Slot
 */

const second = 1000;
const lengths = { minute: 60 * second, hour: 3600 * second, day: 86_400 * second };
const fields = ['pictures', 'expected', 'incidents', 'worn_correctly', 'worn_incorrectly', 'without', 'unknown'];

/** The ranges to choose from, with the buckets that suit them. */
export const ranges = {
  hour: { interval: 'minute', buckets: 60 },
  day: { interval: 'hour', buckets: 24 },
  week: { interval: 'hour', buckets: 7 * 24 },
  month: { interval: 'day', buckets: 30 },
};

/** The times of a range that ends now. The server makes whole buckets of it, by the clock of the site. @param {keyof typeof ranges} name */
export function spanOf(name, now = Date.now()) {
  const { interval, buckets } = ranges[name];
  return { interval, from: new Date(now - (buckets - 1) * lengths[interval]), to: new Date(now) };
}

/** As many buckets before those of an answer. @param {any} answer of the API */
export function spanBefore({ interval, from, buckets }) {
  const start = new Date(from).getTime();
  // Half a bucket later, so that a day of 23 or 25 hours does not bring in another day.
  return { interval, from: new Date(start - (buckets.length - 0.5) * lengths[interval]), to: new Date(start) };
}

/** Whether too few of the planned pictures were taken to say much. @param {Counts} slot */
export const isGap = (slot) => slot.pictures === 0 || slot.pictures * 2 < slot.expected;

/** @returns {Counts} */
export const noCounts = () => ({ pictures: 0, expected: 0, incidents: 0, worn_correctly: 0, worn_incorrectly: 0, without: 0, unknown: 0 });

/** @param {Counts} sum @param {Counts} counts */
export function addCounts(sum, counts) {
  for (const field of fields) sum[field] += counts[field] ?? 0;
  return sum;
}

/**
 * The buckets of an answer; one without pictures is a gap.
 *
 * @param {any} answer of the API
 * @returns {Slot[]}
 */
export const slotsOf = ({ buckets, time_zone: timeZone }) =>
  buckets.map((bucket) => ({ ...addCounts(noCounts(), bucket), start: new Date(bucket.start), timeZone }));

/** Share of the judged faces that wear their mask correctly, 0...1; null if none was judged. @param {Counts} counts */
export function complianceOf(counts) {
  const judged = counts.worn_correctly + counts.worn_incorrectly + counts.without;
  return judged ? counts.worn_correctly / judged : null;
}

/** @param {Counts} counts */
export const sightingsOf = (counts) => counts.worn_correctly + counts.worn_incorrectly + counts.without + counts.unknown;
