// Inside the page for frames: the element, and what it says to the portal around it. frame.js is the other end; both speak
// the messages of frame.d.ts.
import { css } from "./dom.js";
import { ATTRIBUTES } from "./portal.js";

/** @typedef {import("./frame.d.ts").FromFrame} FromFrame */

const element = /** @type {import("./elements/x509-connect.js").X509Connect} */ (document.querySelector("x509-connect"));
const portals = /** @type {HTMLMetaElement} */ (document.querySelector('meta[name="certuri-portals"]')).content.split(/\s+/).filter(Boolean);

/** The portal's origin, once it has spoken and may: nothing is said to anybody before. */
let portal = "";

document.adoptedStyleSheets = [css("body { margin: 0 }")];
const address = new URLSearchParams(location.hash.slice(1));
for (const name of ATTRIBUTES) if (address.has(name)) element.setAttribute(name, address.get(name) ?? "");

addEventListener("message", ({ source, origin, data }) => {
  if (source !== parent || parent === window || data?.certuri !== 1 || data.type !== "configure") return;
  if (origin !== location.origin && !portals.includes(origin)) return;
  portal = origin;
  try {
    set(data.attributes ?? {});
    if (data.texts !== undefined) element.texts = data.texts;
    if (data.deployments !== undefined) element.deployments = data.deployments;
    tell({ certuri: 1, type: "ready", version: CERTURI_VERSION });
    tellHeight();
  } catch (error) {
    tell({ certuri: 1, type: "refused", why: /** @type {Error} */ (error).message });
  }
});

element.addEventListener("certuri-username", (event) => {
  const { username, notAfter, target } = /** @type {CustomEvent} */ (event).detail;
  tell({ certuri: 1, type: "username", username, notAfter, target });
});

new ResizeObserver(tellHeight).observe(element);

function tellHeight() {
  tell({ certuri: 1, type: "height", height: Math.ceil(element.getBoundingClientRect().height) });
}

/** @param {FromFrame} message */
function tell(message) {
  if (portal) parent.postMessage(message, portal);
}

/** @param {Record<string, unknown>} attributes */
function set(attributes) {
  for (const [name, value] of Object.entries(attributes)) {
    if (!ATTRIBUTES.some((known) => known === name) || typeof value !== "string") throw new TypeError(`attributes.${name}: it is not taken`);
    element.setAttribute(name, value);
  }
}
