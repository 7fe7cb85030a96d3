/** The fields of each kind of channel; what they mean is in the texts. */

import { api } from '../core/api.js';
import { h } from '../core/dom.js';
import { text } from '../text/index.js';
import { field, input, select, toggle } from './form.js';
import { toastError } from './toast.js';

/** `s` secret, `k` secret that is needed, `t` text, `n` number, `c` choice, `b` switch, `p` place; an upper-case letter goes under “More settings”. */
const kinds = {
  telegram: { bot_token: 'k', chat_id: 't', topic_id: 'N', server: 'T' },
  email: { host: 't', port: 'n', security: 'c', username: 't', password: 's', from: 't', to: 't', report: 'c', report_hour: 'n', report_site: 'p' },
  slack: { address: 'k', bot_token: 's', channel_id: 't', server: 'T' },
  teams: { address: 'k' },
  discord: { address: 'k' },
  ntfy: { server: 't', topic: 't', token: 's' },
  gotify: { server: 't', token: 'k' },
  mqtt: { host: 't', port: 'n', tls: 'b', username: 't', password: 's', discovery: 'b', topic: 'T', discovery_topic: 'T' },
  webhook: { address: 't' },
};

/** What a new channel begins with. */
const fallbacks = {
  telegram: { server: 'https://api.telegram.org' }, slack: { server: 'https://slack.com' }, ntfy: { server: 'https://ntfy.sh' },
  email: { port: 587, security: 'starttls', report: 'off', report_hour: 7 }, mqtt: { port: 1883, discovery: true, topic: 'maskwatch', discovery_topic: 'homeassistant' },
};

export const kindNames = Object.keys(kinds);

/**
 * @param {string} kind
 * @param {Record<string, any> | null} settings of a stored channel
 * @returns {{ element: HTMLElement, value: () => Record<string, any> }} `value` as the API takes it: a secret only if it was typed
 *   or is to be forgotten
 */
export function channelFields(kind, settings) {
  const values = settings ?? fallbacks[kind] ?? {};
  const parts = Object.entries(kinds[kind]).map(([name, form]) => ({ name, isAdvanced: form !== form.toLowerCase(), ...part(kind, name, form.toLowerCase(), values) }));
  const advanced = parts.filter((entry) => entry.isAdvanced).map((entry) => entry.element);
  const element = h('div', parts.filter((entry) => !entry.isAdvanced).map((entry) => entry.element),
    advanced.length > 0 && h('details.advanced', h('summary', text.channels.advanced), advanced));
  const value = () => Object.fromEntries(parts.map((entry) => [entry.name, entry.value()]).filter(([, given]) => given !== undefined));
  return { element, value };
}

function part(kind, name, form, values) {
  const words = text.channels.fields[kind][name];
  const place = { name: `settings.${name}`, label: words.label, help: words.help };
  if (form === 's' || form === 'k') return secretPart(place, words, values[`has_${name}`], form === 's');
  if (form === 'b') {
    const { element, box } = toggle({ ...place, checked: values[name] ?? false });
    return { element, value: () => box.checked };
  }
  if (form === 'p') return placePart(place, words, values[name] ?? '');
  if (form === 'c') {
    const control = select(Object.entries(words.choices).map(([value, label]) => ({ value, label })), values[name] ?? '');
    return { element: field({ ...place, control }), value: () => control.value };
  }
  const control = input({ value: values[name] ?? '', placeholder: words.example, spellcheck: 'false', inputmode: form === 'n' ? 'numeric' : undefined });
  const typed = () => control.value.trim();
  const number = () => (Number.isFinite(Number(typed())) ? Number(typed()) : typed());
  return { element: field({ ...place, control }), value: () => (typed() === '' ? null : form === 'n' ? number() : typed()) };
}

/** One of the sites, or all cameras; until the sites are known it says nothing, which keeps what is stored. */
function placePart(place, words, value) {
  const control = select([{ value: '', label: words.all }], '');
  let isKnown = false;
  api.sites().then(({ sites }) => {
    control.append(...sites.map((site) => h('option', { value: site.id }, site.name)));
    control.value = sites.some((site) => site.id === value) ? value : '';
    isKnown = true;
  }, toastError);
  return { element: field({ ...place, control }), value: () => (isKnown ? control.value || null : undefined) };
}

/** A secret is never shown again: empty keeps it, and a switch forgets it where it may be missing. */
function secretPart(place, words, isStored, mayForget) {
  const control = input({
    type: 'password', autocomplete: 'new-password', spellcheck: 'false',
    placeholder: isStored ? text.channels.keepSecret : words.example,
  });
  const forget = isStored && mayForget && toggle({ label: text.channels.forgetSecret(words.label), checked: false });
  const value = () => {
    if (forget && forget.box.checked) return null;
    return control.value === '' ? undefined : control.value;
  };
  return { element: h('div', field({ ...place, control }), forget && forget.element), value };
}
