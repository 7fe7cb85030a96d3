/** What is known about a camera, as names and values. */

import { h } from '../core/dom.js';
import { formatCount, formatMoment, formatNumber, formatSize } from '../core/format.js';
import { text } from '../text/index.js';
import { age, runningDuration } from './age.js';
import { facts, notice } from './panels.js';
import { codecName } from './probe-panel.js';
import { samplingAmount, samplingInWords } from './sampling-words.js';
import { cameraState } from './states.js';

export function cameraFacts(camera) {
  const { status } = camera;
  const state = cameraState(camera);
  const words = state === 'online' ? null : status?.reason?.message ?? text.cameraStateHints[state];
  return [
    words && notice(state === 'offline' ? 'error' : 'info', h('p', words)),
    facts([
      status && [text.camera.since[state] ?? text.camera.sinceOther, runningDuration(status.since)],
      status?.last_snapshot_at && [text.camera.lastPicture, age(status.last_snapshot_at)],
      [text.camera.sampling, [samplingInWords(camera.sampling), h('span.quiet', ` ${samplingAmount(camera.sampling)}`)]],
      status?.stream && [text.camera.stream, streamInWords(status.stream)],
      status && [text.camera.taken, formatCount(status.taken)],
      status && [text.camera.skipped, formatCount(status.skipped)],
      status && rejections(status.rejected),
      [text.source.address, h('span.breakable', camera.source.address)],
      [text.camera.added, formatMoment(camera.created_at)],
    ]),
  ];
}

function streamInWords(stream) {
  const parts = [formatSize(stream.width, stream.height), codecName(stream.codec)];
  if (stream.frame_rate) parts.push(text.stream.perSecond(formatNumber(stream.frame_rate)));
  if (stream.key_frame_interval >= 0.1) parts.push(text.stream.keyFrames(formatNumber(stream.key_frame_interval)));
  return parts.join(' · ');
}

function rejections(rejected) {
  const entries = Object.entries(rejected ?? {});
  if (!entries.length) return [text.camera.rejected, formatCount(0)];
  return [text.camera.rejected, entries.map(([reason, count]) =>
    h('div', `${formatCount(count)} ${text.rejections[reason] ?? reason}`))];
}
