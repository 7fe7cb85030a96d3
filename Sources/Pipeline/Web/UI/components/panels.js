/** The parts every page is made of: heads, cards, notices, empty and loading states. */

import { fill, h } from '../core/dom.js';
import { text } from '../text/index.js';
import { icon } from './icon.js';

/**
 * A page's title with its actions.
 *
 * @param {string} title
 * @param {{ lead?: string, actions?: (Node | false)[], back?: { href: string, label: string } }} [options]
 */
export function pageHead(title, { lead, actions = [], back } = {}) {
  return h('header.page-head',
    back && h('a.back', { href: back.href }, icon('back'), back.label),
    h('div.page-head-row',
      h('div', h('h1', { tabindex: '-1' }, title), lead && h('p.lead-text', lead)),
      h('div.page-actions', actions)));
}

/** @param {string | null} title @param {...import('../core/dom.js').Child} children */
export const card = (title, ...children) => h('section.panel', title && h('h2.panel-title', title), children);

/** @param {'info' | 'warning' | 'error' | 'done'} kind */
export function notice(kind, ...children) {
  const symbol = { info: 'info', warning: 'warning', error: 'warning', done: 'check' }[kind];
  return h(`div.notice.${kind}`, { role: kind === 'error' ? 'alert' : 'note' }, icon(symbol), h('div', children));
}

/** What to show where nothing is yet, with the next thing to do. */
export function emptyState({ symbol, title, message, action }) {
  return h('div.empty-state', h('div.empty-mark', icon(symbol)), h('h2', title), message && h('p', message), action);
}

/** A link that looks like a button. */
export const linkButton = (href, label, symbol, style = '') =>
  h('a.button', { href, class: style }, symbol && icon(symbol), h('span', label));

/** @param {{ label: string, symbol?: string, style?: string, onclick?: Function, type?: string }} options */
export const button = ({ label, symbol, style = '', onclick, type = 'button' }) =>
  h('button.button', { type, class: style, onclick }, symbol && icon(symbol), h('span', label));

export const iconButton = (symbol, label, onclick) =>
  h('button.icon-button', { type: 'button', 'aria-label': label, title: label, onclick }, icon(symbol));

/** Names and values. @param {[string, import('../core/dom.js').Child][]} entries */
export const facts = (entries) =>
  h('dl.facts', entries.filter(Boolean).map(([name, value]) => h('div', h('dt', name), h('dd', value))));

/** A number with its name. */
export const figure = (label, value, detail) =>
  h('div.figure', h('span.figure-label', label), h('strong.figure-value', value), detail && h('span.figure-detail', detail));

/** Grey shapes in place of what is being loaded. @param {number} count @param {string} shape a CSS class */
export const skeleton = (count, shape) =>
  h('div.skeletons', { class: shape, 'aria-busy': 'true' },
    h('span.visually-hidden', text.loading), Array.from({ length: count }, () => h('div.skeleton')));

/**
 * A place that loads something, shows it, and on failure says why and offers to try again.
 *
 * @template T
 * @param {{ signal: AbortSignal, placeholder: () => Node, load: () => Promise<T>, show: (value: T) => import('../core/dom.js').Child }} options
 * @returns {{ element: HTMLElement, reload: () => Promise<void> }} `reload` keeps what is shown until the new is there
 */
export function loaded({ signal, placeholder, load, show }) {
  const element = h('div.loaded', placeholder());
  let latest = 0;
  let isShown = false;
  async function reload() {
    latest += 1;
    const mine = latest;
    try {
      const value = await load();
      if (signal.aborted || mine !== latest) return;
      fill(element, show(value));
      isShown = true;
    } catch (error) {
      if (error.name === 'AbortError' || signal.aborted || mine !== latest) return;
      const isUnreached = error.status === 0;
      if (isUnreached && isShown) return; // The top bar says so; what is known stays readable.
      if (error.name !== 'Problem') console.error(error);
      fill(element, failure(error, reload));
    }
  }
  reload();
  return { element, reload };
}

/** Says what went wrong and offers to try again. */
export function failure(error, retry) {
  const again = button({ label: text.actions.tryAgain, symbol: 'refresh', onclick: retry });
  return notice('error', h('p', error.name === 'Problem' ? error.message : text.errors.page), retry && again);
}
