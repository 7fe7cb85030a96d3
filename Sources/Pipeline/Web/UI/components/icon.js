/** Icons from the project's own sprite. */

const namespace = 'http://www.w3.org/2000/svg';

/**
 * An icon in the colour of the text around it. Without a label it is decoration, which a screen reader skips.
 *
 * @param {string} name a symbol of `icons/sprite.svg`
 * @param {string} [label]
 */
export function icon(name, label) {
  const svg = document.createElementNS(namespace, 'svg');
  svg.setAttribute('class', 'icon');
  if (label) {
    svg.setAttribute('role', 'img');
    svg.setAttribute('aria-label', label);
  } else {
    svg.setAttribute('aria-hidden', 'true');
  }
  const use = document.createElementNS(namespace, 'use');
  use.setAttribute('href', `/assets/icons/sprite.svg#${name}`);
  svg.append(use);
  return svg;
}
