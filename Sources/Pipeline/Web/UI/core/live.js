/**
 * The stream of changes (server-sent events). Reconnects with back-off and jitter, and rests while nobody looks at the page.
 *
 * @typedef {{ kind: 'observed' | 'camera' | 'incident' | 'rules' | 'channels' | 'sites', camera_id?: string, snapshot_id?: string, incident_id?: string }} Change
 * @typedef {'off' | 'connecting' | 'live' | 'reconnecting'} LiveState
 */

import { api, changesAddress, sessionEnded } from './api.js';

const firstDelay = 1000;
const longestDelay = 30_000;
/** A hidden page keeps its connection this long; browsers allow only a few to one server. */
const hiddenRest = 60_000;
const events = new EventTarget();

/** @type {EventSource | null} */
let source = null;
/** @type {LiveState} */
let state = 'off';
let failures = 0;
let retryTimer = 0;
let hiddenTimer = 0;
let wasLive = false;

/** Starts listening; again is harmless. */
export function startLive() {
  if (state === 'off') open();
}

/** Stops, as after signing out. */
export function stopLive() {
  clearTimeout(retryTimer);
  source?.close();
  source = null;
  failures = 0;
  wasLive = false;
  setState('off');
}

/** @returns {LiveState} */
export const liveState = () => state;

/** Calls `handler` with every change until `signal` aborts. @param {(change: Change) => void} handler */
export function onChange(handler, signal) {
  events.addEventListener('change', (event) => handler(event.detail), { signal });
}

/** Calls `handler` after a gap in the stream: what was missed has to be read again. */
export function onGap(handler, signal) {
  events.addEventListener('gap', () => handler(), { signal });
}

/** @param {(state: LiveState) => void} handler */
export function onLiveState(handler, signal) {
  events.addEventListener('state', () => handler(state), { signal });
}

function open() {
  setState(wasLive || failures > 0 ? 'reconnecting' : 'connecting');
  source = new EventSource(changesAddress);
  source.addEventListener('open', opened);
  source.addEventListener('change', received);
  source.addEventListener('error', failed);
}

function opened() {
  failures = 0;
  setState('live');
  if (wasLive) events.dispatchEvent(new Event('gap'));
  wasLive = true;
}

/** @param {MessageEvent} event */
function received(event) {
  let change;
  try {
    change = JSON.parse(event.data);
  } catch {
    return; // A newer server may say things this page does not know.
  }
  events.dispatchEvent(new CustomEvent('change', { detail: change }));
}

function failed() {
  source?.close();
  source = null;
  failures += 1;
  setState('reconnecting');
  findOutWhy();
  const delay = Math.min(longestDelay, firstDelay * 2 ** (failures - 1));
  clearTimeout(retryTimer);
  retryTimer = setTimeout(open, delay * (0.75 + Math.random() / 2));
}

/** A stream does not tell a server that is down from a session that ended. */
async function findOutWhy() {
  const session = await api.session().catch(() => null);
  if (session && !session.user) sessionEnded.dispatchEvent(new Event('ended'));
}

/** @param {LiveState} next */
function setState(next) {
  if (state === next) return;
  state = next;
  events.dispatchEvent(new Event('state'));
}

function rest() {
  source?.close();
  source = null;
  clearTimeout(retryTimer);
}

document.addEventListener('visibilitychange', () => {
  clearTimeout(hiddenTimer);
  if (state === 'off') return;
  if (document.hidden) hiddenTimer = setTimeout(rest, hiddenRest);
  else if (!source) {
    clearTimeout(retryTimer);
    open();
  }
});
