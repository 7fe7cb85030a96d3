/** What a rule watches for: its kind, and the numbers of that kind. */

import { fill, h, uniqueName } from '../core/dom.js';
import { text } from '../text/index.js';
import { field, input, select } from './form.js';

const kinds = ['faces', 'share', 'compliance', 'camera', 'overloaded'];

/** Where each kind begins. */
const beginnings = {
  faces: { minimum_faces: 1, counts_incorrect: false },
  share: { minimum_share: 0.5, minimum_faces: 4, release_share: 0.25, counts_incorrect: false },
  compliance: { below: 0.8, window: 600, minimum_faces: 20, release: 0.85 },
  camera: { trouble: 'offline' },
  overloaded: { delay: 60 },
};

/** Kinds that pictures decide on. */
export const isOfPictures = (kind) => ['faces', 'share', 'compliance'].includes(kind);

/**
 * @param {any} condition as the API has it
 * @param {(kind: string) => void} onKind told when another kind is chosen
 * @returns {{ element: HTMLElement, value: () => any, kind: () => string }}
 */
export function conditionFields(condition, onKind) {
  const group = uniqueName('condition');
  const place = h('div.condition-numbers');
  let { kind } = condition;
  let current = partOf(kind, condition);

  const choices = kinds.map((key) => {
    const radio = h('input', { type: 'radio', name: group, value: key, onchange: () => choose(key) });
    radio.checked = key === kind;
    return h('label.choice', radio, h('span.choice-title', text.ruleForm.kinds[key].title), h('span.choice-detail', text.ruleForm.kinds[key].detail));
  });

  function choose(key) {
    kind = key;
    current = partOf(key, key === condition.kind ? condition : { kind: key, ...beginnings[key] });
    fill(place, current.element);
    onKind(key);
  }
  fill(place, current.element);
  return {
    element: h('div', h('fieldset.fieldset', { dataset: { field: 'condition.kind' } },
      h('legend', text.ruleForm.kind), h('div.choices', choices), h('p.field-error', { hidden: true })), place),
    value: () => ({ kind, ...current.value() }),
    kind: () => kind,
  };
}

const number = (value, attributes = {}) => input({ type: 'number', inputmode: 'decimal', step: 1, min: 0, value: value ?? '', ...attributes });
const given = (control) => (control.value.trim() === '' ? undefined : Number(control.value));
const share = (control) => (control.value.trim() === '' ? undefined : Number(control.value) / 100);
const hundredths = (value) => Math.round((value ?? 0) * 1000) / 10;
const part = (name, label, control, suffix, help) => field({ name: `condition.${name}`, label, control, suffix, help });

function partOf(kind, condition) {
  return { faces: facesPart, share: sharePart, compliance: compliancePart, camera: cameraPart, overloaded: overloadedPart }[kind](condition);
}

function whichFaces(condition) {
  const control = select([
    { value: 'false', label: text.ruleForm.without }, { value: 'true', label: text.ruleForm.withoutOrWrong },
  ], String(condition.counts_incorrect ?? false));
  return { control, element: part('counts_incorrect', text.ruleForm.which, control, undefined, text.ruleForm.unknownNote) };
}

function facesPart(condition) {
  const minimum = number(condition.minimum_faces, { min: 1, max: 100 });
  const release = number(condition.release_faces ?? condition.minimum_faces - 1, { max: 99 });
  const which = whichFaces(condition);
  minimum.addEventListener('change', () => {
    if (Number(release.value) >= Number(minimum.value)) release.value = String(Math.max(0, Number(minimum.value) - 1));
  });
  return {
    element: h('div', h('div.field-grid',
      part('minimum_faces', text.ruleForm.minimumFaces, minimum, text.ruleForm.facesUnit),
      part('release_faces', text.ruleForm.releaseFaces, release, text.ruleForm.facesUnit, text.ruleForm.releaseFacesHelp)), which.element),
    value: () => ({ minimum_faces: given(minimum), release_faces: given(release), counts_incorrect: which.control.value === 'true' }),
  };
}

function sharePart(condition) {
  const minimum = number(hundredths(condition.minimum_share), { min: 1, max: 100 });
  const faces = number(condition.minimum_faces, { min: 1, max: 100 });
  const release = number(hundredths(condition.release_share), { max: 99 });
  const which = whichFaces(condition);
  return {
    element: h('div', h('div.field-grid',
      part('minimum_faces', text.ruleForm.minimumFacesOf, faces, text.ruleForm.facesUnit),
      part('minimum_share', text.ruleForm.share, minimum, text.ruleForm.shareUnit),
      part('release_share', text.ruleForm.releaseShare, release, text.ruleForm.releaseShareUnit)), which.element),
    value: () => ({
      minimum_share: share(minimum), minimum_faces: given(faces), release_share: share(release), counts_incorrect: which.control.value === 'true',
    }),
  };
}

function compliancePart(condition) {
  const below = number(hundredths(condition.below), { min: 1, max: 100 });
  const release = number(hundredths(condition.release), { min: 0, max: 100 });
  const window = number(condition.window / 60, { min: 1, max: 1440 });
  const faces = number(condition.minimum_faces, { min: 1 });
  return {
    element: h('div.field-grid',
      part('below', text.ruleForm.below, below, text.ruleForm.belowUnit),
      part('window', text.ruleForm.window, window, text.ruleForm.minutesUnit),
      part('minimum_faces', text.ruleForm.enoughFaces, faces, text.ruleForm.facesUnit),
      part('release', text.ruleForm.complianceRelease, release, text.ruleForm.complianceReleaseUnit)),
    value: () => ({
      below: share(below), release: share(release), window: window.value.trim() === '' ? undefined : Number(window.value) * 60, minimum_faces: given(faces),
    }),
  };
}

function cameraPart(condition) {
  const trouble = select(Object.entries(text.ruleForm.troubles).map(([value, label]) => ({ value, label })), condition.trouble);
  return { element: part('trouble', text.ruleForm.trouble, trouble), value: () => ({ trouble: trouble.value }) };
}

function overloadedPart(condition) {
  const delay = number(condition.delay, { min: 1, max: 3600 });
  return { element: part('delay', text.ruleForm.delay, delay, text.ruleForm.secondsUnit), value: () => ({ delay: given(delay) }) };
}
