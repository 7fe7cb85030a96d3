/** Chooses the language of the page: the first of the browser's that there is a module for. */

import { en } from './en.js';

const languages = { en };

const wanted = navigator.languages.find((tag) => tag.split('-')[0] in languages) ?? 'en';

/** The language tag for `Intl`, such as `en-GB`. */
export const language = wanted;
/** Every sentence of the page. @type {typeof en} */
export const text = languages[wanted.split('-')[0]];

document.documentElement.lang = wanted.split('-')[0];
