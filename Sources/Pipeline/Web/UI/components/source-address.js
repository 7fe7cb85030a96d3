/** Camera addresses as people paste them. */

/**
 * Takes user and password out of an address such as `rtsp://user:pa%40ss@host/path`: they have fields of their own, and an
 * address is shown in many places.
 *
 * @param {string} address
 * @returns {{ address: string, username: string, password: string } | null} null if there is nothing to take out
 */
export function splitCredentials(address) {
  const found = /^([a-z][a-z0-9+.-]*:\/\/)([^/?#]*)@(.*)$/i.exec(address.trim());
  if (!found) return null;
  const [, scheme, credentials, rest] = found;
  const colon = credentials.indexOf(':');
  const username = colon < 0 ? credentials : credentials.slice(0, colon);
  const password = colon < 0 ? '' : credentials.slice(colon + 1);
  return { address: scheme + rest, username: decoded(username), password: decoded(password) };
}

/** Whether RTP's way to travel matters for this address. */
export const isRTSP = (address) => /^rtsps?:/i.test(address.trim());

function decoded(part) {
  try {
    return decodeURIComponent(part);
  } catch {
    return part; // A password with a bare % in it.
  }
}
