/** Which site, camera and zone the statistics are of. */

import { fill, h } from '../core/dom.js';
import { text } from '../text/index.js';
import { select } from './form.js';

/**
 * @param {{ cameras: any[], sites: any[], choice: { site: string, camera: string, zone: string }, onChoose: (changes: any) => void }} options
 */
export function statisticsFilters({ cameras, sites, choice, onChoose }) {
  const element = h('div.filter-row');

  function paint() {
    const here = cameras.filter((camera) => !choice.site || camera.site_id === choice.site);
    const zones = cameras.find((camera) => camera.id === choice.camera)?.zones.filter((zone) => zone.kind === 'count') ?? [];
    fill(element,
      sites.length > 0 && picker(text.statistics.site, text.statistics.allSites, sites, choice.site, (site) => apply({ site, camera: '', zone: '' })),
      picker(text.filters.camera, text.filters.allCameras, here, choice.camera, (camera) => apply({ camera, zone: '' })),
      zones.length > 0 && picker(text.statistics.zone, text.statistics.wholePicture, zones, choice.zone, (zone) => apply({ zone })));
  }

  function apply(changes) {
    Object.assign(choice, changes);
    paint();
    onChoose(changes);
  }
  paint();
  return element;
}

const picker = (label, all, entries, value, onChoose) => h('div.filter', select(
  [{ value: '', label: all }, ...entries.map(({ id, name }) => ({ value: id, label: name }))], value,
  { 'aria-label': label, onchange: (event) => onChoose(event.target.value) }));
