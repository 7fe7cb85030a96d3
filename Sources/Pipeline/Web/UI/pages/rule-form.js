/** Adding and editing a rule, with a trial on the past. */

import { api } from '../core/api.js';
import { h } from '../core/dom.js';
import { goTo } from '../core/router.js';
import { dryRunPanel } from '../components/dry-run.js';
import { field, formError, input, onSubmit, select, showFieldError, toggle } from '../components/form.js';
import { button, card, linkButton, loaded, pageHead, skeleton } from '../components/panels.js';
import { conditionFields, isOfPictures } from '../components/rule-condition-fields.js';
import { scopeFields } from '../components/rule-scope-fields.js';
import { confirmationFields } from '../components/rule-time-fields.js';
import { scheduleFields } from '../components/schedule-fields.js';
import { toastDone } from '../components/toast.js';
import { text } from '../text/index.js';

const newRule = {
  name: '', is_enabled: true, cameras: null, sites: [], zones: [], condition: { kind: 'faces', minimum_faces: 1, release_faces: 0, counts_incorrect: false },
  confirmation: { pictures: 2, of: 3 }, release: { pictures: 3, of: 3 }, severity: 'warning', schedule: null, limits: { cool_down: 300, per_hour: 20 },
};

export function render({ params, signal }) {
  const page = loaded({
    signal,
    placeholder: () => skeleton(3, 'rows'),
    load: () => Promise.all([params.id ? api.rule(params.id, { signal }) : newRule, api.cameras({ signal }), api.sites({ signal })]),
    show: ([rule, cameras, { sites }]) => ruleForm(rule, cameras, sites, signal),
  });
  return h('div', pageHead(params.id ? text.rules.editTitle : text.rules.addTitle, {
    back: { href: '#/rules', label: text.sections.rules },
  }), page.element);
}

function ruleForm(rule, cameras, sites, signal) {
  const isNew = !rule.id;
  const name = input({ value: rule.name, placeholder: text.rules.namePlaceholder, dataset: isNew ? { focus: '' } : {} });
  const condition = conditionFields(rule.condition, adapt);
  const scope = scopeFields(rule, cameras, sites);
  const confirmation = confirmationFields('confirmation', text.ruleForm.opens, rule.confirmation);
  const release = confirmationFields('release', text.ruleForm.closes, rule.release);
  const schedule = scheduleFields(rule.schedule);
  const messages = messageFields(rule);
  const enabled = toggle({ name: 'is_enabled', label: text.ruleForm.enabled, checked: rule.is_enabled });
  const save = button({ label: isNew ? text.rules.add : text.rules.saveChanges, style: 'primary', type: 'submit' });

  const body = () => ({
    name: name.value.trim(), is_enabled: enabled.box.checked, ...scope.value(), condition: condition.value(),
    confirmation: confirmation.value(), release: release.value(), schedule: schedule.value(), ...messages.value(),
  });
  // A trial needs no name.
  const trial = dryRunPanel({ form: () => form, rule: () => ({ ...body(), name: name.value.trim() || text.rules.addTitle }), cameras, signal });
  const form = h('form.rule-form', formError(),
    card(null, field({ name: 'name', label: text.rules.name, control: name })),
    card(text.ruleForm.what, condition.element),
    card(text.ruleForm.where, scope.element),
    card(text.ruleForm.when, confirmation.element, release.element),
    card(text.ruleForm.hours, schedule.element),
    card(text.ruleForm.messages, messages.element, enabled.element),
    trial.element,
    h('div.form-actions', save, linkButton('#/rules', text.actions.cancel)));

  function adapt(kind) {
    const hasPictures = isOfPictures(kind);
    confirmation.allowPictures(hasPictures);
    release.allowPictures(hasPictures);
    scope.show(kind);
    trial.allow(hasPictures);
  }
  adapt(rule.condition.kind);

  onSubmit(form, save, async () => {
    if (scope.isEmpty() && condition.kind() !== 'overloaded') {
      showFieldError(form, 'cameras', text.ruleForm.choosePlace);
      return;
    }
    const saved = isNew ? await api.createRule(body()) : await api.updateRule(rule.id, body());
    toastDone(isNew ? text.rules.added(saved.name) : text.rules.saved(saved.name));
    goTo('/rules');
  });
  return form;
}

function messageFields(rule) {
  const severity = select(Object.entries(text.severities).map(([value, label]) => ({ value, label })), rule.severity);
  const number = (value, max) => input({ type: 'number', min: 0, max, step: 1, value: value ?? '' });
  const coolDown = number(rule.limits.cool_down / 60, 1440);
  const perHour = number(rule.limits.per_hour, 1000);
  return {
    element: h('div.field-grid',
      field({ name: 'severity', label: text.ruleForm.severity, help: text.ruleForm.severityHelp, control: severity }),
      field({ name: 'limits.cool_down', label: text.ruleForm.coolDown, help: text.ruleForm.coolDownHelp, control: coolDown, suffix: text.ruleForm.minutesUnit }),
      field({ name: 'limits.per_hour', label: text.ruleForm.perHour, help: text.ruleForm.perHourHelp, control: perHour, suffix: text.ruleForm.messagesUnit })),
    value: () => ({
      severity: severity.value,
      limits: { cool_down: Number(coolDown.value) * 60, per_hour: perHour.value.trim() === '' ? null : Number(perHour.value) },
    }),
  };
}
