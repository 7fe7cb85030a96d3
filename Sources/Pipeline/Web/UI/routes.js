/** Every page and its address. A page's module is loaded when it is first shown. */

/** @type {import('./core/router.js').Route[]} */
export const routes = [
  { pattern: '/setup', isPublic: true, load: () => import('./pages/setup.js') },
  { pattern: '/sign-in', isPublic: true, load: () => import('./pages/sign-in.js') },
  { pattern: '/', section: 'wall', load: () => import('./pages/wall.js') },
  { pattern: '/cameras', section: 'cameras', load: () => import('./pages/cameras.js') },
  { pattern: '/cameras/new', section: 'cameras', load: () => import('./pages/camera-form.js') },
  { pattern: '/cameras/:id', section: 'cameras', load: () => import('./pages/camera.js') },
  { pattern: '/cameras/:id/edit', section: 'cameras', load: () => import('./pages/camera-form.js') },
  { pattern: '/cameras/:id/zones', section: 'cameras', load: () => import('./pages/zones.js') },
  { pattern: '/incidents', section: 'incidents', load: () => import('./pages/incidents.js') },
  { pattern: '/incidents/:id', section: 'incidents', load: () => import('./pages/incident.js') },
  { pattern: '/rules', section: 'rules', load: () => import('./pages/rules.js') },
  { pattern: '/rules/new', section: 'rules', load: () => import('./pages/rule-form.js') },
  { pattern: '/rules/:id', section: 'rules', load: () => import('./pages/rule-form.js') },
  { pattern: '/sites', section: 'cameras', load: () => import('./pages/sites.js') },
  { pattern: '/channels', section: 'channels', load: () => import('./pages/channels.js') },
  { pattern: '/statistics', section: 'statistics', load: () => import('./pages/statistics.js') },
  { pattern: '/try', section: 'try', load: () => import('./pages/try.js') },
  { pattern: '/system', section: 'system', load: () => import('./pages/system.js') },
];
