/** The hours of the week at which a rule watches. */

import { fill, h } from '../core/dom.js';
import { text } from '../text/index.js';
import { field, input, select } from './form.js';
import { button, iconButton } from './panels.js';
import { segmented } from './segmented.js';

const everyDay = [1, 2, 3, 4, 5, 6, 7];
const presets = {
  workdays: everyDay.slice(0, 5).map((weekday) => ({ weekday, from: '08:00', to: '18:00' })),
  wholeWeek: everyDay.map((weekday) => ({ weekday, from: '00:00', to: '24:00' })),
  nights: everyDay.map((weekday) => ({ weekday, from: '22:00', to: '06:00' })),
};

/** @param {any} schedule as the API has it, null for always @returns {{ element: HTMLElement, value: () => any }} */
export function scheduleFields(schedule) {
  let isLimited = schedule !== null;
  /** @type {{ weekday: number, from: string, to: string }[]} */
  let intervals = schedule?.weekly.length ? schedule.weekly.map((interval) => ({ ...interval })) : presets.workdays.map((interval) => ({ ...interval }));
  const week = h('div.week');
  const holidays = input({ value: (schedule?.holidays ?? []).join(', ') });
  const override = overrideFields(schedule?.override ?? null);
  const more = h('div.schedule-more',
    h('div.preset-line', Object.keys(presets).map((key) => button({ label: text.ruleForm[key], style: 'small', onclick: () => usePreset(key) }))),
    h('div', { dataset: { field: 'schedule.weekly' } }, week, h('p.field-error', { hidden: true })),
    h('p.help', text.ruleForm.hoursNote),
    field({ name: 'schedule.holidays', label: text.ruleForm.holidays, help: text.ruleForm.holidaysHelp, control: holidays }),
    override.element);
  const choice = segmented({
    label: text.ruleForm.hours, value: isLimited ? 'some' : 'always',
    options: [['always', text.ruleForm.always], ['some', text.ruleForm.onlyAt]],
    onChoose: (key) => { isLimited = key === 'some'; more.hidden = !isLimited; },
  });
  more.hidden = !isLimited;

  function usePreset(key) {
    intervals = presets[key].map((interval) => ({ ...interval }));
    paint();
  }

  function paint() {
    intervals.sort((a, b) => a.weekday - b.weekday || a.from.localeCompare(b.from));
    fill(week, everyDay.map(dayRow));
  }

  function dayRow(weekday) {
    const name = text.ruleForm.weekdays[weekday - 1];
    const own = intervals.filter((interval) => interval.weekday === weekday);
    const add = iconButton('plus', text.ruleForm.addHours(name), () => {
      intervals.push({ weekday, from: '08:00', to: '18:00' });
      paint();
    });
    return h('div.week-day', { class: own.length ? '' : 'empty' }, h('span.week-name', name),
      h('div.week-hours', own.map((interval) => intervalRow(interval, name)), !own.length && h('span.quiet', text.ruleForm.notAtAll)), add);
  }

  function intervalRow(interval, name) {
    const path = `schedule.weekly.${intervals.indexOf(interval)}`;
    const time = (key, label) => h('span.gap', { dataset: { field: `${path}.${key}` } },
      input({
        type: 'time', value: interval[key] === '24:00' ? '00:00' : interval[key], 'aria-label': label,
        oninput: (event) => { interval[key] = event.target.value; },
      }), h('span.field-error', { hidden: true }));
    return h('span.week-interval', time('from', text.ruleForm.from(name)), '–', time('to', text.ruleForm.to(name)),
      iconButton('cross', text.ruleForm.removeHours(name), () => {
        intervals = intervals.filter((other) => other !== interval);
        paint();
      }));
  }

  paint();
  const days = () => holidays.value.split(/[\s,;]+/).filter(Boolean);
  return {
    element: h('div', choice, more),
    value: () => (isLimited ? { weekly: intervals, holidays: days(), override: override.value() } : null),
  };
}

/** On or off until a moment, whatever the hours say. */
function overrideFields(value) {
  const kind = select(Object.entries(text.ruleForm.overrides).map(([key, label]) => ({ value: key, label })),
    value ? (value.is_active ? 'on' : 'off') : 'none', { onchange: () => { until.hidden = kind.value === 'none'; } });
  const moment = input({ type: 'datetime-local', value: localText(value?.until ? new Date(value.until) : new Date(Date.now() + 86_400_000)) });
  const until = field({ name: 'schedule.override.until', label: text.ruleForm.until, control: moment });
  until.hidden = kind.value === 'none';
  return {
    element: h('div.field-grid', field({ name: 'schedule.override', label: text.ruleForm.override, control: kind }), until),
    value: () => (kind.value === 'none' ? null
      : { is_active: kind.value === 'on', until: moment.value ? new Date(moment.value).toISOString() : undefined }),
  };
}

/** A moment as a `datetime-local` field has it, by the browser's clock. */
function localText(date) {
  const shifted = new Date(date.getTime() - date.getTimezoneOffset() * 60_000);
  return shifted.toISOString().slice(0, 16);
}
