/** What a new administrator has not done yet: one line on the wall, until it is done or put away. */

import { api } from '../core/api.js';
import { fill, h } from '../core/dom.js';
import { session } from '../core/session.js';
import { text } from '../text/index.js';
import { icon } from './icon.js';
import { iconButton } from './panels.js';

const storageKey = 'maskwatch.next-step.hidden';

/** @param {AbortSignal} signal @returns {HTMLElement} empty if there is nothing to say */
export function nextStep(signal) {
  const place = h('div.next-step', { hidden: true });
  if (session.isAdministrator) findStep(signal).then((step) => step && !isHidden(step) && show(place, step), () => { /* Only a hint. */ });
  return place;
}

async function findStep(signal) {
  const [cameras, rules, channels] = await Promise.all([api.cameras({ signal }), api.rules({ signal }), api.channels({ signal })]);
  if (!cameras.length) return null; // The empty wall says so.
  if (!rules.length) return 'rules';
  return channels.length ? null : 'channels';
}

function show(place, step) {
  const words = text.nextStep[step];
  const putAway = iconButton('cross', text.nextStep.hide, () => {
    hide(step);
    place.hidden = true;
  });
  fill(place, icon(step === 'rules' ? 'rule' : 'channel'), h('p', words.message, ' ', h('a', { href: `#/${step}` }, words.action)), putAway);
  place.hidden = false;
}

function isHidden(step) {
  try {
    return localStorage.getItem(storageKey) === step;
  } catch {
    return false;
  }
}

function hide(step) {
  try {
    localStorage.setItem(storageKey, step);
  } catch {
    // Storage is blocked: it is put away until the page is opened again.
  }
}
