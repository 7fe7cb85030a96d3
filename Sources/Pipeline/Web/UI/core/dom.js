/** Building elements. Data only ever becomes text nodes and attributes; nothing here parses HTML. */

/** @typedef {Node | string | number | null | undefined | false | Child[]} Child */

/**
 * Builds an element: `h('button.button.primary', { type: 'button', onclick: save }, text.save)`.
 *
 * Functions named `on…` become listeners, `dataset` and `style` are objects, everything else an attribute
 * (`true` sets it empty, `false`, null and undefined leave it out).
 *
 * @param {string} selector tag and classes
 * @param {Record<string, any> | Child} [first] attributes, or the first child
 * @param {...Child} rest
 * @returns {any} the element; `any` saves a cast at every use
 */
export function h(selector, first, ...rest) {
  const [tag, ...classes] = selector.split('.');
  const element = document.createElement(tag);
  if (classes.length) element.className = classes.join(' ');
  const hasAttributes = first !== null && typeof first === 'object' && !(first instanceof Node) && !Array.isArray(first);
  if (hasAttributes) setAttributes(element, first);
  append(element, hasAttributes ? rest : [first, ...rest]);
  return element;
}

/** @param {Element} element @param {Record<string, any>} attributes */
export function setAttributes(element, attributes) {
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === 'function' && name.startsWith('on')) element.addEventListener(name.slice(2), value);
    else if (name === 'dataset') Object.assign(element.dataset, value);
    else if (name === 'style') setStyle(element, value);
    else if (name === 'class') element.classList.add(...String(value).split(' ').filter(Boolean));
    else if (name === 'value' && 'value' in element && element.tagName !== 'LI') element.value = value;
    else if (value === true) element.setAttribute(name, '');
    else if (value !== false && value !== null && value !== undefined) element.setAttribute(name, String(value));
  }
}

/** Sets styles as properties, which the content security policy allows; a style attribute it does not. */
export function setStyle(element, properties) {
  for (const [name, value] of Object.entries(properties)) element.style.setProperty(name, value);
}

/** @param {Node} parent @param {Child[]} children */
export function append(parent, children) {
  for (const child of children.flat(Infinity)) {
    if (child === null || child === undefined || child === false) continue;
    parent.appendChild(child instanceof Node ? child : document.createTextNode(String(child)));
  }
}

/** Replaces everything inside `parent`. @param {Element} parent @param {...Child} children */
export function fill(parent, ...children) {
  parent.replaceChildren();
  append(parent, children);
  return parent;
}

/** A name for labels and descriptions that no other element of the page has. */
export function uniqueName(prefix) {
  uniqueName.count = (uniqueName.count ?? 0) + 1;
  return `${prefix}-${uniqueName.count}`;
}
