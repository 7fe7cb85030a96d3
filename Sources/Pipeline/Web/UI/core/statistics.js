/** Statistics as charts need them: one slot a bucket of time, gaps included. */

/**
 * @typedef {{ worn_correctly: number, worn_incorrectly: number, without: number, unknown: number, pictures: number, expected: number, incidents: number }} Counts
 * @typedef {Counts & { start: Date }} Slot
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

/** The times of a range that ends now, on whole buckets. @param {keyof typeof ranges} name */
export function spanOf(name, interval = ranges[name].interval, now = Date.now()) {
  const wanted = ranges[name].buckets * lengths[ranges[name].interval];
  const length = lengths[interval];
  const to = Math.ceil(now / length) * length;
  return { interval, from: new Date(Math.floor((to - wanted) / length) * length), to: new Date(to) };
}

/** The span of the same length before. */
export function spanBefore({ interval, from, to }) {
  return { interval, from: new Date(from.getTime() - (to.getTime() - from.getTime())), to: from };
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
 * Sums the buckets of all cameras into the slots of the span; a slot without pictures is a gap.
 *
 * @param {any[]} buckets as the API gives them
 * @param {{ interval: string, from: Date, to: Date }} span
 * @returns {Slot[]}
 */
export function slotsOf(buckets, { interval, from, to }) {
  const length = lengths[interval];
  const count = Math.round((to.getTime() - from.getTime()) / length);
  const slots = Array.from({ length: count }, (_, index) => ({ start: new Date(from.getTime() + index * length), ...noCounts() }));
  for (const bucket of buckets) {
    const index = Math.floor((new Date(bucket.start).getTime() - from.getTime()) / length);
    if (slots[index]) addCounts(slots[index], bucket);
  }
  return slots;
}

/** Share of the judged faces that wear their mask correctly, 0...1; null if none was judged. @param {Counts} counts */
export function complianceOf(counts) {
  const judged = counts.worn_correctly + counts.worn_incorrectly + counts.without;
  return judged ? counts.worn_correctly / judged : null;
}

/** @param {Counts} counts */
export const sightingsOf = (counts) => counts.worn_correctly + counts.worn_incorrectly + counts.without + counts.unknown;
