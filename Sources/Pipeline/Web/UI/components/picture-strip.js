/** A large picture with a strip of the ones before it; follows the newest until an older one is chosen. */

import { fill, h } from '../core/dom.js';
import { formatFull, formatMoment, formatTime } from '../core/format.js';
import { text } from '../text/index.js';
import { age } from './age.js';
import { fullScreenButton } from './full-screen.js';
import { button } from './panels.js';
import { facePicture } from './picture.js';
import { countFaces, faceCounts, facesInWords } from './states.js';

/** Pictures in the strip. */
export const stripLength = 12;

/** @param {string} name the camera's @param {any[]} observations newest first */
export function pictureStrip(name, observations) {
  const large = facePicture({ labels: 'words', isLarge: true, name });
  const caption = h('div.picture-caption');
  const strip = h('ol.strip', { 'aria-label': text.camera.recent });
  const live = button({ label: text.camera.backToLive, symbol: 'refresh', style: 'small', onclick: follow });
  const fullScreen = fullScreenButton(() => large.element);
  /** @type {{ observation: any, element: HTMLElement }[]} newest first */
  let items = [];
  let isFollowing = true;

  function follow() {
    isFollowing = true;
    if (items.length) choose(items[0]);
  }

  async function choose(item) {
    mark(item);
    if (!await large.show(item.observation)) return;
    const { taken_at: takenAt, faces } = item.observation;
    live.hidden = isFollowing;
    fill(caption, isFollowing ? h('span.live-mark', text.camera.live) : null, h('span', formatMoment(takenAt)), age(takenAt),
      faceCounts(countFaces(faces)), live, fullScreen);
  }

  function mark(chosen) {
    for (const item of items) {
      const thumbnail = item.element.firstChild;
      if (item === chosen) thumbnail.setAttribute('aria-current', 'true');
      else thumbnail.removeAttribute('aria-current');
    }
  }

  function itemFor(observation) {
    const picture = facePicture();
    picture.show(observation);
    const item = { observation, element: null };
    const press = () => {
      isFollowing = item === items[0];
      choose(item);
    };
    const label = `${formatFull(observation.taken_at)}: ${facesInWords(observation.faces)}`;
    item.element = h('li', h('button.thumbnail', { type: 'button', 'aria-label': label, onclick: press },
      picture.element, h('span.thumbnail-time', formatTime(observation.taken_at))));
    return item;
  }

  /** Puts a newer picture first; ones that are there already or older than the whole strip are left out. */
  async function add(observation) {
    if (items.some((item) => item.observation.snapshot_id === observation.snapshot_id)) return;
    const place = items.findIndex((item) => item.observation.taken_at < observation.taken_at);
    const index = place < 0 ? items.length : place;
    if (index >= stripLength) return;
    const item = itemFor(observation);
    strip.insertBefore(item.element, items[index]?.element ?? null);
    items.splice(index, 0, item);
    for (const old of items.splice(stripLength)) old.element.remove();
    if (isFollowing && index === 0) await choose(item);
  }

  /** Arrow keys go along the strip. */
  strip.addEventListener('keydown', (event) => {
    const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    const buttons = [...strip.querySelectorAll('button')];
    const next = step && buttons[buttons.indexOf(document.activeElement) + step];
    if (!next) return;
    event.preventDefault();
    next.focus();
    next.click();
  });

  items = observations.map(itemFor);
  fill(strip, items.map((item) => item.element));
  if (items.length) follow();
  else large.clear(text.camera.nothingYet);
  return { element: h('div.picture-block', large.element, caption, strip), add };
}
