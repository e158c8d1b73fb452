// <x509-connect-frame>: the tool in a frame, for portals whose policy refuses workers or Trusted Types. It has the
// attributes and events of <x509-connect>; what it says to the page inside, and hears from it, is in frame.d.ts.
import { HostElement, css, setEarlier } from "./dom.js";
import { ATTRIBUTES } from "./portal.js";

/** @typedef {import("./frame.d.ts").ToFrame} ToFrame */
/** @typedef {import("./frame.d.ts").FromFrame} FromFrame */

/** Pixels, until the page inside has said how high it is, and the most that it gets. */
const HEIGHT = { first: 900, most: 20_000 };

/** @type {CSSStyleSheet | undefined} */
let sheet;

export class X509ConnectFrame extends HostElement {
  static observedAttributes = [...ATTRIBUTES, "deployments", "src"];

  #frame = document.createElement("iframe");
  /** @type {unknown[] | undefined} */
  #deployments;
  /** @type {unknown} */
  #texts;
  #loaded = false;
  /** @type {string | null} */
  #username = null;
  /** @type {AbortController | undefined} */
  #listening;

  constructor() {
    super();
    sheet ??= css(":host { display: block } :host([hidden]) { display: none } iframe { display: block; width: 100%; border: 0 }");
    this.attachShadow({ mode: "open" }).adoptedStyleSheets = [sheet];
    this.#frame.title = "certuri: from an X.509 certificate to a MongoDB connection";
    this.#frame.allow = "clipboard-write";
    this.#frame.referrerPolicy = "no-referrer";
    this.#frame.style.height = `${HEIGHT.first}px`;
    this.#frame.onload = () => {
      this.#loaded = true;
      this.#configure();
    };
    this.#deployments = setEarlier(this, "deployments");
    this.#texts = setEarlier(this, "texts");
  }

  /** The user name of the chosen certificate, or null. */
  get username() {
    return this.#username;
  }

  /** The deployments that are offered; docs/embedding.md has the fields. */
  get deployments() {
    return this.#deployments ?? [];
  }

  set deployments(list) {
    this.#deployments = list;
    this.#configure();
  }

  /** Words in place of the English ones. They are sent by a message, which carries no functions. */
  get texts() {
    return this.#texts ?? {};
  }

  set texts(words) {
    this.#texts = words;
    this.#configure();
  }

  connectedCallback() {
    this.#listening = new AbortController();
    addEventListener("message", (event) => this.#hear(event), { signal: this.#listening.signal });
  }

  disconnectedCallback() {
    this.#listening?.abort();
    this.#loaded = false; // put back, the frame loads anew
  }

  /** @param {string} name @param {string | null} _ @param {string | null} value */
  attributeChangedCallback(name, _, value) {
    if (name === "src") {
      this.#loaded = false;
      if (value === null) return;
      this.#frame.src = value;
      // Not before it has an address: an empty frame loads too, and Firefox tells of what is said to it.
      if (!this.#frame.parentNode) /** @type {ShadowRoot} */ (this.shadowRoot).append(this.#frame);
    } else if (name === "deployments") this.#offer(value ?? "[]");
    else this.#configure();
  }

  /** @param {string} json */
  #offer(json) {
    try {
      this.deployments = JSON.parse(json);
    } catch (error) {
      this.#tell("certuri-refused", { why: /** @type {Error} */ (error).message });
    }
  }

  get #origin() {
    return new URL(this.#frame.src, document.baseURI).origin;
  }

  #configure() {
    if (!this.#loaded || !this.#frame.contentWindow) return;
    /** @type {Record<string, string>} */
    const attributes = {};
    for (const name of ATTRIBUTES) {
      const value = this.getAttribute(name);
      if (value !== null) attributes[name] = value;
    }
    /** @type {ToFrame} */
    const message = { certuri: 1, type: "configure", attributes, texts: /** @type {any} */ (this.#texts), deployments: /** @type {any} */ (this.#deployments) };
    this.#frame.contentWindow.postMessage(message, this.#origin);
  }

  /** @param {MessageEvent} event */
  #hear({ source, origin, data }) {
    if (source !== this.#frame.contentWindow || origin !== this.#origin || data?.certuri !== 1) return;
    /** @type {FromFrame} */
    const message = data;
    switch (message.type) {
      case "ready":
        this.#tell("certuri-ready", { version: String(message.version) });
        break;
      case "refused":
        this.#tell("certuri-refused", { why: String(message.why) });
        break;
      case "height":
        this.#frame.style.height = `${Math.min(Math.max(Number(message.height) || 0, 0), HEIGHT.most)}px`;
        break;
      case "username": {
        const { username, notAfter, target } = message;
        this.#username = username;
        this.#tell("certuri-username", { username, notAfter, target });
      }
    }
  }

  /** @param {string} type @param {object} detail */
  #tell(type, detail) {
    this.dispatchEvent(new CustomEvent(type, { detail, bubbles: true, composed: true }));
  }
}

if (globalThis.customElements && !customElements.get("x509-connect-frame")) customElements.define("x509-connect-frame", X509ConnectFrame);
