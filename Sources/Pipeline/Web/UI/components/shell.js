/** The frame around every page: navigation, the state of the connection, theme, account. */

import { api } from '../core/api.js';
import { fill, h } from '../core/dom.js';
import { onChange, onGap, onLiveState } from '../core/live.js';
import { session } from '../core/session.js';
import { nextTheme, setTheme, theme } from '../core/theme.js';
import { text } from '../text/index.js';
import { accountMenu } from './account-menu.js';
import { openDialog } from './dialog.js';
import { icon } from './icon.js';

/** @type {{ section: string, href: string, icon: string, isMain?: boolean }[]} `isMain`: in the bar of a phone, too */
const sections = [
  { section: 'wall', href: '#/', icon: 'wall', isMain: true },
  { section: 'incidents', href: '#/incidents', icon: 'incident', isMain: true },
  { section: 'statistics', href: '#/statistics', icon: 'chart', isMain: true },
  { section: 'cameras', href: '#/cameras', icon: 'camera', isMain: true },
  { section: 'rules', href: '#/rules', icon: 'rule' },
  { section: 'channels', href: '#/channels', icon: 'channel' },
  { section: 'try', href: '#/try', icon: 'try' },
  { section: 'system', href: '#/system', icon: 'system' },
];

/** @param {{ onSignedOut: () => void }} options */
export function createShell({ onSignedOut }) {
  const life = new AbortController();
  const main = h('main', { id: 'main', tabindex: '-1' });
  const link = ({ section, href, icon: symbol }) =>
    h('a.nav-link-item', { href, dataset: { section } }, icon(symbol), h('span', text.sections[section]),
      section === 'incidents' && h('span.badge-count', { hidden: true }));
  const side = h('nav.side', { 'aria-label': text.shell.navigation }, sections.map(link));
  const more = h('button.nav-link-item', { type: 'button', onclick: () => openMore(link) },
    icon('more'), h('span', text.shell.more));
  const bottom = h('nav.bottom', { 'aria-label': text.shell.navigation },
    sections.filter((entry) => entry.isMain).map(link), more);

  const skip = h('a.skip-link', { href: '#main' }, text.shell.skip);
  skip.addEventListener('click', (event) => {
    event.preventDefault(); // The hash is the page's address.
    main.focus();
  });
  const element = h('div.shell',
    skip,
    h('header.top',
      h('a.brand', { href: '#/', 'aria-label': text.product },
        h('img', { src: '/assets/icons/logo.svg', alt: '', width: 28, height: 28 }), h('span', text.product)),
      connectionNote(life.signal), themeSwitch(), accountMenu(onSignedOut, life.signal)),
    side,
    h('div.content', session.isDemo && demoBanner(), main),
    bottom);
  showOpenIncidents(element, life.signal);

  function show(page, section) {
    fill(main, page);
    for (const entry of element.querySelectorAll('.nav-link-item')) {
      const isCurrent = Boolean(section) && entry.dataset.section === section;
      entry.toggleAttribute('data-current', isCurrent);
      if (isCurrent) entry.setAttribute('aria-current', 'page');
      else entry.removeAttribute('aria-current');
    }
    const isBehindMore = sections.some((entry) => entry.section === section && !entry.isMain);
    more.toggleAttribute('data-current', isBehindMore);
    window.scrollTo(0, 0);
  }
  return { element, show, close: () => life.abort() };
}

const demoBanner = () => h('div.demo-banner', { role: 'note' }, icon('info'), h('p', h('strong', text.shell.demoTitle), ' ', text.shell.demo));

/** Says that the page is not up to date while the stream of changes is gone. */
function connectionNote(signal) {
  const note = h('div.connection', { role: 'status' });
  onLiveState((state) => {
    note.dataset.state = state;
    const words = text.shell.connection[state];
    fill(note, words && [h('span.connection-dot', { 'aria-hidden': 'true' }), h('span', words)]);
  }, signal);
  return note;
}

function themeSwitch() {
  const button = h('button.icon-button', { type: 'button' });
  const paint = () => {
    const label = text.shell.theme[theme()];
    button.setAttribute('aria-label', label);
    button.title = label;
    fill(button, icon(`theme-${theme()}`));
  };
  button.addEventListener('click', () => {
    setTheme(nextTheme());
    paint();
  });
  paint();
  return button;
}

/** The number of open incidents beside the link to them. */
function showOpenIncidents(element, signal) {
  async function refresh() {
    try {
      const open = await api.incidents({ state: 'open', limit: 100 }, { signal });
      for (const badge of element.querySelectorAll('.badge-count')) {
        badge.hidden = open.length === 0;
        badge.textContent = open.length > 99 ? '99+' : String(open.length);
        badge.setAttribute('aria-label', text.shell.openIncidents(open.length));
      }
    } catch {
      // The pages say what is wrong; a missing number says nothing false.
    }
  }
  refresh();
  onGap(refresh, signal);
  onChange((change) => {
    if (change.kind === 'incident') refresh();
  }, signal);
}

/** On a phone: the sections that have no room in the bar. */
function openMore(link) {
  const links = h('nav.more-list', { 'aria-label': text.shell.navigation },
    sections.filter((entry) => !entry.isMain).map(link));
  const dialog = openDialog({ title: text.shell.more, body: links });
  links.addEventListener('click', (event) => event.target.closest('a') && dialog.close());
}
