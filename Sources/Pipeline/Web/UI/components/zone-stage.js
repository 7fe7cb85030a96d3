/** A picture with polygons over it whose corners can be moved by mouse, touch and keyboard. */

import { fill, h, setStyle } from '../core/dom.js';
import { text } from '../text/index.js';

const svgSpace = 'http://www.w3.org/2000/svg';
const maximumCorners = 64;
/** Parts of the picture that an arrow key moves a corner by. */
const keySteps = { ArrowLeft: [-0.005, 0], ArrowRight: [0.005, 0], ArrowUp: [0, -0.005], ArrowDown: [0, 0.005] };

/**
 * @param {{ address: string | null, width: number, height: number, name: string, zones: any[], onChoose: (zone: any) => void, onChange: () => void }} options
 * @returns {{ element: HTMLElement, show: (chosen: any) => void }}
 */
export function zoneStage({ address, width, height, name, zones, onChoose, onChange }) {
  const svg = document.createElementNS(svgSpace, 'svg');
  svg.setAttribute('viewBox', '0 0 1000 1000');
  svg.setAttribute('preserveAspectRatio', 'none');
  const handles = h('div');
  const element = h('div.zone-stage', address && h('img', { src: address, alt: text.faces.pictureOf(name, ''), draggable: 'false' }), svg, handles);
  setStyle(element, { 'aspect-ratio': `${width} / ${height}` });
  let chosen = null;

  function show(zone) {
    chosen = zone;
    paintShapes();
    paintHandles();
  }

  function paintShapes() {
    svg.replaceChildren(...zones.map((zone) => {
      const shape = document.createElementNS(svgSpace, 'polygon');
      shape.setAttribute('points', zone.polygon.map(([x, y]) => `${x * 1000},${y * 1000}`).join(' '));
      shape.setAttribute('class', `zone-shape ${zone.kind}${zone === chosen ? ' chosen' : ''}`);
      shape.addEventListener('pointerdown', () => zone !== chosen && onChoose(zone));
      return shape;
    }));
  }

  function paintHandles(focused) {
    const list = chosen ? chosen.polygon.flatMap((_, index) => [cornerHandle(index), edgeHandle(index)]) : [];
    fill(handles, list);
    if (focused !== undefined) handles.querySelector(`[data-corner="${focused}"]`)?.focus();
  }

  function cornerHandle(index) {
    const handle = h('button.zone-corner', {
      type: 'button', 'aria-label': text.zones.corner(chosen.name, index + 1), dataset: { corner: index },
    });
    place(handle, chosen.polygon[index]);
    handle.addEventListener('pointerdown', (event) => drag(event, handle, index));
    handle.addEventListener('keydown', (event) => key(event, handle, index));
    return handle;
  }

  function edgeHandle(index) {
    if (chosen.polygon.length >= maximumCorners) return null;
    const [a, b] = [chosen.polygon[index], chosen.polygon[(index + 1) % chosen.polygon.length]];
    const middle = [(a[0] + b[0]) / 2, (a[1] + b[1]) / 2];
    const handle = h('button.zone-corner.edge', {
      type: 'button', 'aria-label': text.zones.edge(chosen.name, index + 1), onclick: () => {
        chosen.polygon.splice(index + 1, 0, middle);
        changed(index + 1);
      },
    });
    place(handle, middle);
    return handle;
  }

  const place = (handle, [x, y]) => setStyle(handle, { left: `${x * 100}%`, top: `${y * 100}%` });

  function changed(focused) {
    paintShapes();
    paintHandles(focused);
    onChange();
  }

  function move(index, x, y) {
    const rounded = (value) => Math.round(Math.min(1, Math.max(0, value)) * 10_000) / 10_000;
    chosen.polygon[index] = [rounded(x), rounded(y)];
  }

  function drag(event, handle, index) {
    event.preventDefault();
    handle.focus();
    handle.setPointerCapture(event.pointerId);
    const follow = (moved) => {
      const frame = element.getBoundingClientRect();
      move(index, (moved.clientX - frame.left) / frame.width, (moved.clientY - frame.top) / frame.height);
      place(handle, chosen.polygon[index]);
      paintShapes();
    };
    const end = () => {
      handle.removeEventListener('pointermove', follow);
      changed(index);
    };
    handle.addEventListener('pointermove', follow);
    handle.addEventListener('pointerup', end, { once: true });
    handle.addEventListener('pointercancel', end, { once: true });
  }

  function key(event, handle, index) {
    const step = keySteps[event.key];
    if (step) {
      event.preventDefault();
      const pace = event.shiftKey ? 10 : 1;
      const [x, y] = chosen.polygon[index];
      move(index, x + step[0] * pace, y + step[1] * pace);
      changed(index);
    } else if ((event.key === 'Delete' || event.key === 'Backspace') && chosen.polygon.length > 3) {
      event.preventDefault();
      chosen.polygon.splice(index, 1);
      changed(Math.max(0, index - 1));
    }
  }

  show(null);
  return { element, show };
}
