/** Form fields with labels, help and errors beside them. */

import { append, fill, h, uniqueName } from '../core/dom.js';
import { text } from '../text/index.js';
import { icon } from './icon.js';
import { toastError } from './toast.js';

/**
 * A control with its label, help and a place for its error.
 *
 * @param {{ name: string, label: string, help?: string, control: HTMLElement, suffix?: string, class?: string }} options
 *   `name`: the field's name in the API's errors, such as `source.address`
 */
export function field({ name, label, help, control, suffix, class: extra = '' }) {
  const id = uniqueName('field');
  control.id = id;
  control.setAttribute('aria-describedby', help ? `${id}-help ${id}-error` : `${id}-error`);
  return h('div.field', { dataset: { field: name }, class: extra },
    h('label', { for: id }, label),
    suffix ? h('div.with-suffix', control, h('span', suffix)) : control.type === 'password' ? withReveal(control) : control,
    help && h('p.help', { id: `${id}-help` }, help),
    h('p.field-error', { id: `${id}-error`, hidden: true }));
}

/** A password with a button that shows what was typed. @param {HTMLInputElement} control */
function withReveal(control) {
  const button = h('button.icon-button', {
    type: 'button', 'aria-label': text.password.show, title: text.password.show, 'aria-pressed': 'false',
  }, icon('eye'));
  button.addEventListener('click', () => {
    const isShown = control.type === 'password';
    control.type = isShown ? 'text' : 'password';
    button.setAttribute('aria-pressed', String(isShown));
    control.focus();
  });
  return h('div.with-reveal', control, button);
}

/** @param {Record<string, any>} attributes */
export const input = (attributes) => h('input.form-control', { type: 'text', autocomplete: 'off', ...attributes });

/** @param {{ value: string, label: string }[]} options @param {string} value */
export function select(options, value, attributes = {}) {
  const element = h('select.form-select', attributes,
    options.map((option) => h('option', { value: option.value }, option.label)));
  element.value = value;
  return element;
}

/** A check box drawn as a switch. */
export function toggle({ name, label, help, checked, onchange }) {
  const id = uniqueName('switch');
  const box = h('input.form-check-input', { type: 'checkbox', role: 'switch', id, onchange });
  box.checked = checked;
  const element = h('div.field.form-check.form-switch', { dataset: { field: name ?? '' } },
    box, h('label.form-check-label', { for: id }, label), help && h('p.help', help), h('p.field-error', { hidden: true }));
  return { element, box };
}

/** A place for errors that belong to no field. */
export const formError = () => h('div.notice.error.form-error', { role: 'alert', hidden: true });

/** @param {HTMLElement} form */
export function clearErrors(form) {
  for (const place of form.querySelectorAll('.field-error, .form-error')) {
    place.hidden = true;
    place.replaceChildren();
  }
  for (const control of form.querySelectorAll('[aria-invalid]')) control.removeAttribute('aria-invalid');
}

/**
 * Shows a problem where it belongs: beside its fields, the rest at the form's top; the first wrong field gets the focus.
 *
 * @param {HTMLElement} form
 * @param {import('../core/api.js').Problem} problem
 */
export function showProblem(form, problem) {
  clearErrors(form);
  const elsewhere = problem.errors.filter((error) => !showFieldError(form, error.field, error.message));
  const isPlaced = problem.errors.length > 0 && elsewhere.length === 0;
  const place = form.querySelector('.form-error');
  if (!isPlaced && place) {
    const messages = elsewhere.length ? elsewhere.map((error) => error.message) : [problem.message];
    fill(place, icon('warning'), h('div', messages.map((message) => h('p', message))));
    place.hidden = false;
  } else if (!isPlaced) {
    toastError(problem);
  }
  form.querySelector('[aria-invalid]')?.focus();
}

/** @returns {boolean} whether the form has that field */
export function showFieldError(form, name, message) {
  const holder = [...form.querySelectorAll('[data-field]')].find((element) => element.dataset.field === name);
  const place = holder?.querySelector('.field-error');
  if (!place) return false;
  append(place, [icon('warning'), h('span', message)]);
  place.hidden = false;
  holder.querySelector('input, select, textarea')?.setAttribute('aria-invalid', 'true');
  return true;
}

/**
 * Makes a form send itself: the button is busy meanwhile and problems are shown in place.
 *
 * @param {HTMLFormElement} form
 * @param {HTMLButtonElement} button
 * @param {() => Promise<void>} send
 */
export function onSubmit(form, button, send) {
  form.noValidate = true;
  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    if (button.disabled) return;
    clearErrors(form);
    await whileBusy(button, async () => {
      try {
        await send();
      } catch (error) {
        if (error.name === 'AbortError') return;
        if (error.name !== 'Problem') throw error;
        showProblem(form, error);
      }
    });
  });
}

/** Keeps a button busy, and from being pressed again, while something runs. */
export async function whileBusy(button, perform) {
  button.disabled = true;
  button.setAttribute('aria-busy', 'true');
  try {
    return await perform();
  } finally {
    button.disabled = false;
    button.removeAttribute('aria-busy');
  }
}
