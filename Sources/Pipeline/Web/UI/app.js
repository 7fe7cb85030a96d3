/** Starts the page: asks who is signed in, then shows the page of the address, again at every change of it. */

import { sessionEnded } from './core/api.js';
import { fill, h } from './core/dom.js';
import { startLive, stopLive } from './core/live.js';
import { currentLocation, goTo, linkTo, matchRoute } from './core/router.js';
import { refreshSession, session, setUser } from './core/session.js';
import { failure, notice } from './components/panels.js';
import { createShell } from './components/shell.js';
import { routes } from './routes.js';
import { text } from './text/index.js';

const root = document.getElementById('app');

/** @type {ReturnType<typeof createShell> | null} */
let shell = null;
/** Aborted when the page that is shown gives way to another. */
let page = new AbortController();
/** Where to go after signing in. */
let wantedHash = '';

async function start() {
  try {
    await refreshSession();
  } catch (error) {
    fill(root, h('main.alone', failure(error, start)));
    return;
  }
  window.addEventListener('hashchange', showPage);
  sessionEnded.addEventListener('ended', askToSignIn);
  await showPage();
}

function askToSignIn() {
  if (!session.user) return;
  setUser(null);
  showPage();
}

/** Which address has to be shown instead, if any: set-up first, then signing in. */
function redirection(path) {
  if (session.needsSetup) return path === '/setup' ? null : '/setup';
  if (!session.user) return path === '/sign-in' ? null : '/sign-in';
  return path === '/setup' || path === '/sign-in' ? '/' : null;
}

async function showPage() {
  const { path, query } = currentLocation();
  const other = redirection(path);
  if (other) {
    if (other === '/sign-in') wantedHash = location.hash;
    location.replace(linkTo(other));
    return;
  }
  if (returnToWanted()) return;
  page.abort();
  page = new AbortController();
  const { signal } = page;
  const found = matchRoute(routes, path);
  const element = found ? await pageElement(found, query, signal) : notFound();
  if (!signal.aborted) place(element, found?.route);
}

/** After signing in: the page that was asked for before. */
function returnToWanted() {
  const wanted = wantedHash;
  if (!session.user || !wanted) return false;
  wantedHash = '';
  if (wanted === location.hash) return false;
  location.replace(wanted);
  return true;
}

async function pageElement({ route, params }, query, signal) {
  try {
    const module = await route.load();
    return module.render({ params, query, signal });
  } catch (error) {
    console.error(error);
    return failure(error, showPage);
  }
}

/** @param {HTMLElement} element @param {import('./core/router.js').Route} [route] */
function place(element, route) {
  if (route?.isPublic) {
    stopLive();
    shell?.close();
    shell = null;
    fill(root, element);
  } else {
    shell ??= openShell();
    shell.show(element, route?.section);
  }
  const heading = element.querySelector('h1');
  document.title = heading ? `${heading.textContent} · ${text.product}` : text.product;
  const focused = element.querySelector('[data-focus]') ?? heading;
  (focused ?? document.getElementById('main'))?.focus({ preventScroll: true });
}

function openShell() {
  const opened = createShell({ onSignedOut: () => goTo('/sign-in') });
  fill(root, opened.element);
  startLive();
  preloadPages();
  return opened;
}

/** Once the first page stands, the others come in the background: they open at once, even while the server is away. */
function preloadPages() {
  const whenIdle = window.requestIdleCallback ?? ((perform) => setTimeout(perform, 1000));
  whenIdle(() => routes.forEach((route) => route.load().catch(() => { /* It is loaded again when it is opened. */ })));
}

const notFound = () => h('div', h('h1', { tabindex: '-1' }, text.notFound.title),
  notice('info', h('p', text.notFound.message), h('a', { href: '#/' }, text.notFound.action)));

start();
