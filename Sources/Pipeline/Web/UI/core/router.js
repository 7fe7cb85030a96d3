/** Addresses of pages live behind the `#`: `#/cameras/12?tab=status`. */

/**
 * @typedef {{ path: string, query: URLSearchParams }} Location
 * @typedef {{ pattern: string, load: () => Promise<{ render: Function }>, isPublic?: boolean, section?: string }} Route
 */

/** @returns {Location} */
export function currentLocation() {
  const [path, query = ''] = location.hash.replace(/^#/, '').split('?', 2);
  return { path: path || '/', query: new URLSearchParams(query) };
}

/**
 * Finds the route of a path; `:name` in a pattern stands for one part.
 *
 * @param {Route[]} routes
 * @param {string} path
 */
export function matchRoute(routes, path) {
  for (const route of routes) {
    const params = matchPattern(route.pattern, path);
    if (params) return { route, params };
  }
  return null;
}

function matchPattern(pattern, path) {
  const wanted = pattern.split('/');
  const given = path.replace(/\/+$/, '').split('/');
  if (pattern === '/') return given.length === 1 ? {} : null;
  if (wanted.length !== given.length) return null;
  const params = {};
  for (const [index, part] of wanted.entries()) {
    if (part.startsWith(':')) params[part.slice(1)] = decoded(given[index]);
    else if (part !== given[index]) return null;
  }
  return params;
}

function decoded(part) {
  try {
    return decodeURIComponent(part);
  } catch {
    return part; // Not percent-encoding: it will simply not be found.
  }
}

/** @param {string} path @param {Record<string, string>} [query] */
export function linkTo(path, query) {
  const given = Object.entries(query ?? {}).filter(([, value]) => value);
  return `#${path}${given.length ? `?${new URLSearchParams(given)}` : ''}`;
}

export function goTo(path, query) {
  location.hash = linkTo(path, query);
}

/** Changes the query of this page without another history entry and without showing the page again. */
export function replaceQuery(query) {
  history.replaceState(history.state, '', linkTo(currentLocation().path, query));
}
