/** Tries a camera before it is saved: its picture and stream, or exactly why there is none. */

import { api } from '../core/api.js';
import { fill, h } from '../core/dom.js';
import { formatNumber, formatSeconds, formatSize } from '../core/format.js';
import { text } from '../text/index.js';
import { showFieldError, clearErrors } from './form.js';
import { icon } from './icon.js';
import { button, facts, notice } from './panels.js';

/**
 * @param {{ form: () => HTMLElement, request: () => Record<string, any>, signal: AbortSignal }} options
 *   `form`: where errors of fields are shown; `request`: the body of `POST /cameras/probe`
 */
export function probePanel({ form, request, signal }) {
  const result = h('div.probe-result', { 'aria-live': 'polite' }, invitation());
  const test = button({ label: text.probe.action, symbol: 'eye', onclick: run });
  const cancel = button({ label: text.actions.cancel });
  cancel.hidden = true;
  let running = null;
  cancel.addEventListener('click', () => running?.abort());

  async function run() {
    clearErrors(form());
    running = new AbortController();
    setBusy(true);
    const started = performance.now();
    fill(result, waiting());
    const clock = setInterval(() => {
      result.querySelector('.probe-clock')?.replaceChildren(formatSeconds(Math.round((performance.now() - started) / 1000)));
    }, 1000);
    try {
      fill(result, success(await api.probe(request(), { signal: AbortSignal.any([signal, running.signal]) })));
    } catch (error) {
      fill(result, error.name === 'AbortError' ? invitation() : refusal(error));
    } finally {
      clearInterval(clock);
      setBusy(false);
    }
  }

  function setBusy(isBusy) {
    test.disabled = isBusy;
    test.toggleAttribute('aria-busy', isBusy);
    cancel.hidden = !isBusy;
  }

  function refusal(problem) {
    for (const error of problem.errors) showFieldError(form(), error.field, error.message);
    const hint = text.probe.hints[problem.code];
    return notice('error', h('p', h('strong', text.probe.failed)), h('p', problem.message), hint && h('p.help', hint));
  }

  return h('aside.panel.probe', h('h2.panel-title', text.probe.title), result, h('div.probe-actions', test, cancel));
}

const invitation = () => h('div.probe-empty', icon('camera'), h('p', text.probe.invitation));
const waiting = () => h('div.probe-empty.busy', h('div.spinner'), h('p', text.probe.waiting, ' ', h('span.probe-clock')));

function success({ stream, seconds_to_first_picture: seconds, picture }) {
  return [
    h('img.probe-picture', { src: picture, alt: text.probe.pictureAlt }),
    notice('done', h('p', text.probe.works)),
    facts([
      [text.stream.size, formatSize(stream.width, stream.height)],
      [text.stream.codec, codecName(stream.codec)],
      [text.stream.frameRate, stream.frame_rate ? text.stream.perSecond(formatNumber(stream.frame_rate)) : text.stream.unknown],
      [text.stream.firstPicture, formatSeconds(seconds)],
    ]),
  ];
}

/** Codecs as people know them. @param {string} codec as FFmpeg names it */
export const codecName = (codec) => ({ h264: 'H.264', hevc: 'H.265', mjpeg: 'Motion JPEG', av1: 'AV1' }[codec] ?? codec);
