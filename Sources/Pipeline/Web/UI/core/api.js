/** The HTTP API: one function a request, one error type for everything that can go wrong. */

import { text } from '../text/index.js';

const base = '/api/v1';

/** What the server says is wrong, as problem details (RFC 9457), or that it was not reached (`status` 0). */
export class Problem extends Error {
  /** @param {number} status @param {Record<string, any>} body */
  constructor(status, body) {
    super(body.detail || body.title || text.errors.unexpected(status));
    this.name = 'Problem';
    this.status = status;
    /** @type {string | undefined} a word for programs, such as `unauthorized` */
    this.code = body.code;
    /** @type {{field: string, message: string}[]} */
    this.errors = Array.isArray(body.errors) ? body.errors : [];
    /** @type {number | undefined} seconds to wait */
    this.retryAfter = body.retryAfter;
  }
}

/** Told when a request finds the session gone, so that the page can ask to sign in again. */
export const sessionEnded = new EventTarget();

/**
 * @param {string} method
 * @param {string} path below `/api/v1`
 * @param {{ body?: unknown, signal?: AbortSignal, quietly?: boolean }} [options] `quietly`: a 401 is an answer, not the end
 */
async function request(method, path, { body, signal, quietly = false } = {}) {
  const headers = { Accept: 'application/json', 'X-Requested-With': 'maskwatch' };
  const isFile = body instanceof Blob;
  if (body !== undefined) headers['Content-Type'] = isFile ? body.type : 'application/json';
  let response;
  try {
    response = await fetch(base + path, {
      method, headers, signal, credentials: 'same-origin',
      body: body === undefined || isFile ? body : JSON.stringify(body),
    });
  } catch (error) {
    if (error.name === 'AbortError') throw error;
    throw new Problem(0, { detail: text.errors.unreachable });
  }
  if (response.ok) return response.status === 204 ? null : readJSON(response);
  const problem = await problemIn(response);
  if (response.status === 401 && !quietly) sessionEnded.dispatchEvent(new Event('ended'));
  throw problem;
}

/** @param {Response} response */
async function readJSON(response) {
  try {
    return await response.json();
  } catch (error) {
    if (error.name === 'AbortError') throw error;
    throw new Problem(response.status, { detail: text.errors.unreadable });
  }
}

/** @param {Response} response */
async function problemIn(response) {
  const body = await response.json().catch(() => ({}));
  const retryAfter = Number(response.headers.get('Retry-After')) || undefined;
  return new Problem(response.status, { ...body, retryAfter });
}

/** `?camera=…&limit=…`, without what is not given. */
function query(parameters) {
  const given = Object.entries(parameters).filter(([, value]) => value !== undefined && value !== null && value !== '');
  return given.length ? `?${new URLSearchParams(given)}` : '';
}

const get = (path, options) => request('GET', path, options);
const post = (path, body, options) => request('POST', path, { body, ...options });
const put = (path, body, options) => request('PUT', path, { body, ...options });
const remove = (path, options) => request('DELETE', path, options);
const part = encodeURIComponent;

/** The address of a stored picture, for an `img` element. */
export const pictureAddress = (snapshotID) => `${base}/snapshots/${part(snapshotID)}/picture`;
/** The address of the stream of changes. */
export const changesAddress = `${base}/changes`;

export const api = {
  session: (options) => get('/session', options),
  setUp: (body) => post('/setup', body, { quietly: true }),
  signIn: (name, password) => post('/session', { name, password }, { quietly: true }),
  signOut: () => remove('/session', { quietly: true }),

  cameras: (options) => get('/cameras', options).then((answer) => answer.cameras),
  camera: (id, options) => get(`/cameras/${part(id)}`, options),
  createCamera: (camera) => post('/cameras', camera),
  updateCamera: (id, camera) => put(`/cameras/${part(id)}`, camera),
  deleteCamera: (id) => remove(`/cameras/${part(id)}`),
  probe: (body, options) => post('/cameras/probe', body, options),

  observations: (filter, options) =>
    get(`/observations${query(filter)}`, options).then((answer) => answer.observations),
  zones: (id, options) => get(`/cameras/${part(id)}/zones`, options).then((answer) => answer.zones),
  saveZones: (id, zones) => put(`/cameras/${part(id)}/zones`, { zones }).then((answer) => answer.zones),
  sites: (options) => get('/sites', options),
  createSite: (site) => post('/sites', site),
  updateSite: (id, site) => put(`/sites/${part(id)}`, site),
  deleteSite: (id) => remove(`/sites/${part(id)}`),
  correction: (id, options) => get(`/snapshots/${part(id)}/correction`, options),
  correct: (id, faces) => put(`/snapshots/${part(id)}/correction`, { faces }),
  uncorrect: (id) => remove(`/snapshots/${part(id)}/correction`),
  snapshot: (id, options) => get(`/snapshots/${part(id)}`, options),

  incidents: (filter, options) => get(`/incidents${query(filter)}`, options).then((answer) => answer.incidents),
  incident: (id, options) => get(`/incidents/${part(id)}`, options),
  acknowledge: (id) => post(`/incidents/${part(id)}/acknowledge`),

  falseAlarm: (id, isFalse) => post(`/incidents/${part(id)}/false-alarm`, { false_alarm: isFalse }),
  evidence: (id, options) => get(`/incidents/${part(id)}/evidence`, options).then((answer) => answer.observations),
  comments: (id, options) => get(`/incidents/${part(id)}/comments`, options).then((answer) => answer.comments),
  comment: (id, words) => post(`/incidents/${part(id)}/comments`, { text: words }).then((answer) => answer.comments),

  rule: (id, options) => get(`/rules/${part(id)}`, options),
  dryRun: (rule, days, options) => post('/rules/dry-run', { rule, days }, options),
  rules: (options) => get('/rules', options).then((answer) => answer.rules),
  createRule: (rule) => post('/rules', rule),
  updateRule: (id, rule) => put(`/rules/${part(id)}`, rule),
  deleteRule: (id) => remove(`/rules/${part(id)}`),

  channels: (options) => get('/channels', options).then((answer) => answer.channels),
  createChannel: (channel) => post('/channels', channel),
  updateChannel: (id, channel) => put(`/channels/${part(id)}`, channel),
  deleteChannel: (id) => remove(`/channels/${part(id)}`),
  testChannel: (id) => post(`/channels/${part(id)}/test`),
  notifications: (id, options) =>
    get(`/channels/${part(id)}/notifications`, options).then((answer) => answer.notifications),

  retryNotification: (id, notification) => post(`/channels/${part(id)}/notifications/${part(notification)}/retry`),
  incidentNotifications: (id, options) =>
    get(`/incidents/${part(id)}/notifications`, options).then((answer) => answer.notifications),
  messageTexts: (options) => get('/message-texts', options),
  previewMessage: (body) => post('/message-texts/preview', body),

  statistics: (filter, options) => get(`/statistics${query(filter)}`, options),
  weekStatistics: (filter, options) => get(`/statistics/week${query(filter)}`, options),
  statisticsTable: (filter) => `${base}/statistics/table${query(filter)}`,
  detect: (file, options) => post('/detect', file, options),

  system: (options) => get('/system', options),
  deadLetters: (options) => get('/dead-letters', options).then((answer) => answer.dead_letters),
  revive: (queue, id) => post(`/dead-letters/${part(queue)}/${part(id)}/revive`),
  users: (options) => get('/users', options).then((answer) => answer.users),
  createUser: (user) => post('/users', user),
  deleteUser: (id) => remove(`/users/${part(id)}`),
  setPassword: (id, body) => post(`/users/${part(id)}/password`, body),
  tokens: (options) => get('/tokens', options).then((answer) => answer.tokens),
  createToken: (name) => post('/tokens', { name }),
  deleteToken: (id) => remove(`/tokens/${part(id)}`),
};
