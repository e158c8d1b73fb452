// The few lines between our code and the DOM. Everything goes in as text or as an attribute, never as markup.

/** Where pages are rendered on a server there is no HTMLElement; a module with an element can be imported there all the same. */
export const HostElement = /** @type {typeof HTMLElement} */ (globalThis.HTMLElement ?? class {});

/**
 * setEarlier gives a property that was set before its element was defined, and removes it: it would hide the accessor.
 *
 * @param {HTMLElement} element
 * @param {string} name
 */
export function setEarlier(element, name) {
  const own = Object.getOwnPropertyDescriptor(element, name);
  if (own) delete (/** @type {any} */ (element)[name]);
  return own?.value;
}

/** @typedef {Node | string | null | undefined | false} Child */
/** @typedef {Record<string, string | number | boolean | undefined | ((event: any) => void)>} Props */

/**
 * h makes an element. Strings and numbers become attributes, booleans are present or absent, and functions listen to the
 * event whose name stands after "on".
 *
 * @template {keyof HTMLElementTagNameMap} K
 * @param {K} tag
 * @param {Props} [props]
 * @param {...Child} children
 * @returns {HTMLElementTagNameMap[K]}
 */
export function h(tag, props, ...children) {
  return fill(document.createElement(tag), props, children);
}

/**
 * svg is h for drawings.
 *
 * @template {keyof SVGElementTagNameMap} K
 * @param {K} tag
 * @param {Props} [props]
 * @param {...Child} children
 * @returns {SVGElementTagNameMap[K]}
 */
export function svg(tag, props, ...children) {
  return fill(document.createElementNS("http://www.w3.org/2000/svg", tag), props, children);
}

/**
 * @template {Element} E
 * @param {E} element
 * @param {Props | undefined} props
 * @param {Child[]} children
 */
function fill(element, props, children) {
  for (const [name, value] of Object.entries(props ?? {})) {
    if (typeof value === "function") element.addEventListener(name.slice(2), value);
    else setAttribute(element, name, value);
  }
  for (const child of children) if (child) element.append(child);
  return element;
}

/**
 * setText writes only what changed, so that a selection in unchanged text survives.
 *
 * @param {Node} node
 * @param {string} text
 */
export function setText(node, text) {
  if (node.textContent !== text) node.textContent = text;
}

/**
 * setAttribute writes, or takes away, only what changed.
 *
 * @param {Element} element
 * @param {string} name
 * @param {string | number | boolean | undefined} value
 */
export function setAttribute(element, name, value) {
  if (value === undefined || value === false) element.removeAttribute(name);
  else if (element.getAttribute(name) !== String(value === true ? "" : value)) {
    element.setAttribute(name, String(value === true ? "" : value));
  }
}

/**
 * setValue leaves a field alone that already holds the value: writing it would move the caret.
 *
 * @param {HTMLInputElement | HTMLSelectElement | HTMLTextAreaElement} field
 * @param {string} value
 */
export function setValue(field, value) {
  if (field.value !== value) field.value = value;
}

/**
 * list keeps one child of parent per item, in order. A child is made once per key and then updated in place, so focus
 * and open disclosures stay with their item.
 *
 * @template T
 * @param {Element} parent
 * @param {(item: T) => string} keyOf
 * @param {(item: T) => { root: Element, update(item: T): void }} make
 * @returns {(items: T[]) => void}
 */
export function list(parent, keyOf, make) {
  /** @type {Map<string, { root: Element, update(item: T): void }>} */
  let rows = new Map();
  return (items) => {
    const next = new Map();
    for (const item of items) {
      const key = keyOf(item);
      if (!next.has(key)) next.set(key, rows.get(key) ?? make(item));
    }
    for (const [key, row] of rows) if (!next.has(key)) row.root.remove();
    rows = next;
    /** @type {Element | null} */
    let place = parent.firstElementChild;
    for (const row of rows.values()) {
      if (row.root === place) place = place.nextElementSibling;
      else parent.insertBefore(row.root, place);
    }
    for (const item of items) rows.get(keyOf(item))?.update(item);
  };
}

/**
 * css makes a style sheet that works under any page's policy.
 *
 * @param {string} text
 */
export function css(text) {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(text);
  return sheet;
}

/**
 * fingerprint tells whether a piece of the state has changed. JSON.stringify would do, but for pages that give arrays a
 * toJSON of their own.
 *
 * @param {unknown} value
 * @returns {string}
 */
export function fingerprint(value) {
  if (typeof value !== "object" || value === null) return `${typeof value} ${value};`;
  return `{${Object.keys(value).map((key) => `${key}:${fingerprint(/** @type {any} */ (value)[key])}`).join("")}}`;
}
