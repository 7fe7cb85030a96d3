/** The language of a channel's messages, and templates in place of the usual words, with an example of what they say. */

import { api } from '../core/api.js';
import { fill, h } from '../core/dom.js';
import { language as pageLanguage, text } from '../text/index.js';
import { clearErrors, field, input, select, showProblem, whileBusy } from './form.js';
import { button } from './panels.js';
import { toastError } from './toast.js';

/** @param {any | null} channel */
export function messageWords(channel) {
  const language = select([{ value: channel?.language ?? 'en', label: channel?.language ?? 'en' }], channel?.language ?? 'en');
  const title = input({ value: channel?.title_template ?? '' });
  const body = h('textarea.form-control', { rows: 5, value: channel?.body_template ?? '' });
  const gaps = h('p.help');
  const example = h('div', { 'aria-live': 'polite' });
  const show = button({ label: text.channels.preview, symbol: 'eye', style: 'small' });
  const value = () => ({ language: language.value, title_template: title.value || null, body_template: body.value || null });

  api.messageTexts().then(({ languages, variables }) => {
    const chosen = channel?.language ?? languages.find((entry) => pageLanguage.startsWith(entry.code))?.code ?? 'en';
    fill(language, languages.map((entry) => h('option', { value: entry.code }, entry.name)));
    language.value = chosen;
    const usual = () => {
      const words = languages.find((entry) => entry.code === language.value);
      title.placeholder = words.title_template;
      body.placeholder = words.body_template;
    };
    language.addEventListener('change', usual);
    usual();
    fill(gaps, text.channels.gaps, ' ', variables.map((name) => [h('code', `{{${name}}}`), ' ']), h('br'), text.channels.sections);
  }).catch(toastError);

  show.addEventListener('click', () => whileBusy(show, async () => {
    clearErrors(element);
    try {
      const message = await api.previewMessage(value());
      fill(example, h('div.message-example', h('strong', message.title), h('p', message.body)));
    } catch (error) {
      fill(example);
      showProblem(element, error);
    }
  }));
  const element = h('div',
    field({ name: 'language', label: text.channels.language, control: language }),
    h('details.advanced', { open: Boolean(channel?.title_template || channel?.body_template) },
      h('summary', text.channels.words),
      field({ name: 'title_template', label: text.channels.titleTemplate, help: text.channels.templateHelp, control: title }),
      field({ name: 'body_template', label: text.channels.bodyTemplate, control: body }),
      gaps, show, example));
  return { element, value };
}
