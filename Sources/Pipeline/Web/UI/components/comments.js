/** What people wrote about an incident. */

import { api } from '../core/api.js';
import { fill, h } from '../core/dom.js';
import { formatMoment } from '../core/format.js';
import { text } from '../text/index.js';
import { formError, input, onSubmit } from './form.js';
import { button, card } from './panels.js';

/** @param {string} incidentID @param {any[]} comments */
export function commentsCard(incidentID, comments) {
  const list = h('div');
  const paint = (all) => fill(list, all.length ? h('ul.comments', all.map(commentItem)) : h('p.quiet', text.incidents.noComments));
  const words = input({ maxlength: 2000, placeholder: text.incidents.comment, 'aria-label': text.incidents.comment });
  const send = button({ label: text.incidents.send, type: 'submit' });
  const form = h('form', formError(),
    h('div.field', { dataset: { field: 'text' } }, h('div.comment-form', words, send), h('p.field-error', { hidden: true })));
  onSubmit(form, send, async () => {
    paint(await api.comment(incidentID, words.value));
    words.value = '';
  });
  paint(comments);
  return card(text.incidents.comments, list, form);
}

const commentItem = (comment) => h('li',
  h('div.comment-head', h('strong', comment.author), h('span', formatMoment(comment.written_at))), h('p', comment.text));
