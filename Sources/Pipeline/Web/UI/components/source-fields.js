/** The fields that say where a camera's pictures come from. */

import { fill, h } from '../core/dom.js';
import { field, input, select } from './form.js';
import { isRTSP, splitCredentials } from './source-address.js';
import { text } from '../text/index.js';

/** @param {{ address: string, username?: string, has_password?: boolean, transport?: string }} source */
export function sourceFields(source) {
  const address = input({ value: source.address, inputmode: 'url', spellcheck: 'false', autocapitalize: 'none', placeholder: text.source.placeholder });
  const username = input({ value: source.username ?? '', autocapitalize: 'none', spellcheck: 'false' });
  const password = input({
    type: 'password', autocomplete: 'new-password', placeholder: source.has_password ? text.source.passwordKept : '',
  });
  const transport = select([{ value: 'tcp', label: text.source.tcp }, { value: 'udp', label: text.source.udp }],
    source.transport ?? 'tcp');
  const moved = h('p.help.moved', { 'aria-live': 'polite' });
  const forget = h('input.form-check-input', { type: 'checkbox', onchange: () => { password.disabled = forget.checked; } });
  const forgetField = source.has_password
    && h('label.form-check', forget, h('span.form-check-label', text.source.forgetPassword));

  address.addEventListener('change', () => {
    const parts = splitCredentials(address.value);
    if (!parts) return;
    address.value = parts.address;
    if (parts.username) username.value = parts.username;
    if (parts.password) password.value = parts.password;
    fill(moved, text.source.moved);
  });
  const transportField = field({ name: 'source.transport', label: text.source.transport, help: text.source.transportHelp, control: transport });
  const showTransport = () => { transportField.hidden = address.value.trim() !== '' && !isRTSP(address.value); };
  address.addEventListener('input', showTransport);
  showTransport();

  /** As the API takes it; the password only if it was typed or is to be forgotten. */
  function value() {
    const result = { address: address.value.trim(), username: username.value || null, transport: transport.value };
    if (forget.checked) result.password = null;
    else if (password.value) result.password = password.value;
    return result;
  }

  const element = h('div',
    field({ name: 'source.address', label: text.source.address, help: text.source.addressHelp, control: address }), moved,
    h('div.field-grid.two',
      field({ name: 'source.username', label: text.source.username, control: username }),
      field({ name: 'source.password', label: text.source.password, control: password })),
    forgetField);
  return { element, transportField, value, address };
}
