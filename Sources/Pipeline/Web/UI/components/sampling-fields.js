/** The fields that say how often a camera is looked at: ready answers, or one's own numbers. */

import { fill, h, uniqueName } from '../core/dom.js';
import { field, input, select } from './form.js';
import { samplingAmount, samplingInWords } from './sampling-words.js';
import { text } from '../text/index.js';

/** What suits most places. */
const presets = [
  { key: 'entrance', every: 2, shots: 2, spacing: 0.5 },
  { key: 'room', every: 5, shots: 1, spacing: 0.5 },
  { key: 'quiet', every: 30, shots: 1, spacing: 0.5 },
];

/** @param {{ every: number, shots: number, spacing: number, mode: string }} sampling */
export function samplingFields(sampling) {
  const numberInput = (value, min, max, step) =>
    input({ type: 'number', inputmode: 'decimal', value, min, max, step, oninput: changed });
  const every = numberInput(sampling.every, 0.2, 86_400, 'any');
  const shots = numberInput(sampling.shots, 1, 10, 1);
  const spacing = numberInput(sampling.spacing, 0.1, 60, 'any');
  const mode = select(Object.entries(text.sampling.modes).map(([value, label]) => ({ value, label })), sampling.mode);
  const words = h('p.sampling-words', { 'aria-live': 'polite' });
  const group = uniqueName('preset');
  const choices = [...presets.map((preset) => choice(preset.key)), choice('own')];
  const own = h('div.field-grid',
    field({ name: 'sampling.every', label: text.sampling.every, control: every, suffix: text.sampling.secondsUnit }),
    field({ name: 'sampling.shots', label: text.sampling.shots, control: shots, suffix: text.sampling.picturesUnit }),
    field({ name: 'sampling.spacing', label: text.sampling.spacing, control: spacing, suffix: text.sampling.secondsUnit }));
  const modeField = field({ name: 'sampling.mode', label: text.sampling.mode, help: text.sampling.modeHelp, control: mode });

  function choice(key) {
    const radio = h('input', { type: 'radio', name: group, value: key, onchange: () => choose(key) });
    return { key, radio, element: h('label.choice', radio, h('span.choice-title', text.sampling.presets[key].title),
      h('span.choice-detail', text.sampling.presets[key].detail)) };
  }

  function choose(key) {
    const preset = presets.find((candidate) => candidate.key === key);
    if (preset) {
      every.value = String(preset.every);
      shots.value = String(preset.shots);
      spacing.value = String(preset.spacing);
    }
    own.hidden = Boolean(preset);
    changed();
    if (!preset) every.focus();
  }

  function value() {
    return { every: Number(every.value), shots: Number(shots.value), spacing: Number(spacing.value), mode: mode.value };
  }

  function changed() {
    const now = value();
    const isWhole = now.every > 0 && now.shots > 0;
    fill(words, isWhole && [h('strong', samplingInWords(now)), ' ', samplingAmount(now)]);
  }

  const fitting = presets.find((preset) =>
    preset.every === sampling.every && preset.shots === sampling.shots && (preset.shots === 1 || preset.spacing === sampling.spacing));
  choices.find((candidate) => candidate.key === (fitting?.key ?? 'own')).radio.checked = true;
  own.hidden = Boolean(fitting);
  changed();

  const element = h('fieldset.fieldset', h('legend', text.sampling.title), h('p.help', text.sampling.explanation),
    h('div.choices', choices.map((candidate) => candidate.element)), own, words);
  return { element, modeField, value };
}
