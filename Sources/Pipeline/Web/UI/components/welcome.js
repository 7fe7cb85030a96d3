/** The frame of the pages before signing in. */

import { h } from '../core/dom.js';
import { text } from '../text/index.js';

/** @param {string} title @param {...import('../core/dom.js').Child} children */
export const welcomeFrame = (title, ...children) =>
  h('main.welcome',
    h('div.welcome-card',
      h('div.welcome-brand', h('img', { src: '/assets/icons/logo.svg', alt: '', width: 44, height: 44 }), h('span', text.product)),
      h('h1', { tabindex: '-1' }, title),
      children),
    h('p.welcome-foot', text.tagline));
