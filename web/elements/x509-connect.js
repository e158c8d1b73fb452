// <x509-connect>: the whole tool as one element. docs/embedding.md describes its attributes, events, properties and parts.
import { Client } from "../client.js";
import { readDeployments } from "../deployments.js";
import { HostElement, css, fingerprint, h, setEarlier, setText } from "../dom.js";
import { Session } from "../session.js";
import { certificateOf, chosenIdentity, fromFragment, initial } from "../state.js";
import { texts } from "../texts.js";
import { translate } from "../translate.js";
import { plainAdvice, setAdvice } from "./advice.js";
import { chainDrawing, facts } from "./chain.js";
import text from "./connect.css" with { type: "text" };
import { deployment } from "./deployment.js";
import { dropZone, filesOf, folderCut, privacy } from "./drop-zone.js";
import { fileList } from "./file-list.js";
import { findings } from "./findings.js";
import { icon } from "./icons.js";
import { message } from "./message.js";
import { newCertificate } from "./new-certificate.js";
import { identities } from "./identities.js";
import { replyToRequest } from "./reply.js";
import { shortcuts } from "./shortcuts.js";
import { usage } from "./usage.js";
import { userName } from "./user-name.js";
import { validityLine } from "./validity.js";

/** @typedef {import("../state.js").State} State */

/** @type {CSSStyleSheet | undefined} */
let sheet;

/** @type {import("../translate.js").Words} */
let given = {};

/** @type {Set<X509Connect>} */
const connected = new Set();

/** Milliseconds; browsers send "dragover" at least every 350. */
const DRAG_PAUSE = 600;

/** The troubles of more files than these are only counted when they are announced. */
const SPOKEN = 2;

/** Attributes that set a choice of the form. */
const choiceOf = /** @type {const} */ ({ target: "target", "target-version": "version", "snippet-style": "style", topology: "topology" });

/** Attributes with the places of files on people's machines. */
const pathOf = /** @type {const} */ ({ "ca-file": "caFile", "certificate-key-file": "certificateKeyFile" });

export class X509Connect extends HostElement {
  static observedAttributes = [...Object.keys(choiceOf), ...Object.keys(pathOf), "texts", "deployments"];

  /** @param {string} [tag] @param {CustomElementRegistry} [registry] */
  static define(tag = "x509-connect", registry = globalThis.customElements) {
    // There is no registry where pages are rendered on a server. One that there is takes a class under one name only.
    if (registry && !registry.get(tag)) registry.define(tag, tag === "x509-connect" ? this : class extends this {});
    return this;
  }

  #client = new Client();
  #session = new Session(this.#client, () => this.#schedule());
  /** @type {ReturnType<typeof build> | undefined} */
  #page;
  #words = given;
  /** @type {AbortController | undefined} */
  #listening;
  #running = false;
  #scheduled = false;
  #told = "";
  /** @type {State} */
  #before = this.#session.state;

  constructor() {
    super();
    this.attachShadow({ mode: "open" }).adoptedStyleSheets = [(sheet ??= css(text))];
    for (const setting of /** @type {const} */ (["texts", "deployments"])) {
      const earlier = setEarlier(this, setting);
      if (earlier !== undefined) this.#take(setting, earlier);
    }
  }

  /** The user name of the chosen certificate, or null. */
  get username() {
    return this.#session.state.report?.username ?? null;
  }

  /**
   * The deployments that are offered. Set to a list of what docs/embedding.md describes; a mistake in it throws a
   * TypeError that says where.
   */
  get deployments() {
    return this.#session.state.pinned.all;
  }

  set deployments(list) {
    this.#session.offer(readDeployments(list));
  }

  /** The words that the page was given in place of English ones. They count for every such element of the page. */
  get texts() {
    return given;
  }

  set texts(words) {
    given = translate(words);
    for (const element of connected) element.#appear();
  }

  connectedCallback() {
    if (!this.#page) {
      for (const block of this.querySelectorAll(':scope > script[type="application/json"]')) {
        this.#take(block.hasAttribute("data-texts") ? "texts" : "deployments", block.textContent);
      }
    }
    connected.add(this);
    this.#appear();
  }

  #appear() {
    const whole = this.hasAttribute("whole-page");
    // New words draw everything anew. What was opened and chosen stays.
    if (!this.#page || this.#words !== given) {
      this.#words = given;
      this.#before = initial();
      this.#page = build(this.#session, whole && location.protocol !== "file:");
      /** @type {ShadowRoot} */ (this.shadowRoot).replaceChildren(...this.#page.roots);
    }
    if (!this.#running) this.#client.start();
    this.#running = true;
    this.#listening?.abort();
    this.#listening = new AbortController();
    this.#listen(whole ? document : this, this.#listening.signal);
    if (whole) {
      const link = () => this.#session.choices(fromFragment(location.hash));
      addEventListener("hashchange", link, { signal: this.#listening.signal });
      link();
    }
    this.#update();
  }

  disconnectedCallback() {
    this.#listening?.abort();
    connected.delete(this);
    // An element that is only moved is connected again by now; one that is gone must not keep keys in memory.
    queueMicrotask(() => {
      if (this.isConnected) return;
      this.#running = false;
      this.#session.leave();
    });
  }

  /** @param {string} name @param {string | null} _ @param {string | null} value */
  attributeChangedCallback(name, _, value) {
    if (value === null) return;
    if (name === "deployments" || name === "texts") this.#take(name, value);
    else if (Object.hasOwn(pathOf, name)) this.#session.choices({ [pathOf[/** @type {keyof typeof pathOf} */ (name)]]: value });
    else this.#session.choices(fromFragment(`v=1&${new URLSearchParams({ [choiceOf[/** @type {keyof typeof choiceOf} */ (name)]]: value })}`));
  }

  /**
   * #take sets a property where nothing can be thrown at the page's author, who hears of a mistake on the page.
   *
   * @param {"deployments" | "texts"} setting
   * @param {any} value or its JSON
   */
  #take(setting, value) {
    try {
      this[setting] = value;
    } catch (error) {
      this.#session.misconfigured(setting === "texts" ? "mistranslated" : "misconfigured", /** @type {Error} */ (error).message);
    }
  }

  /** showShortcuts opens the list of keys. */
  showShortcuts() {
    this.#page?.keys.toggle();
  }

  /**
   * @param {Document | HTMLElement} where dropping, pasting and keys count: the page, or only this element
   * @param {AbortSignal} signal
   */
  #listen(where, signal) {
    const page = /** @type {ReturnType<typeof build>} */ (this.#page);
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    let gone;
    /** @param {boolean} over */
    const dragging = (over) => {
      page.overlay.hidden = !over;
      clearTimeout(gone);
      // Nothing tells reliably that a drag has left or ended elsewhere, but while it is here "dragover" keeps coming.
      if (over) gone = setTimeout(() => dragging(false), DRAG_PAUSE);
    };
    /** @param {string} type @param {(event: any) => void} listener */
    const on = (type, listener) => where.addEventListener(type, listener, { signal });
    /** @param {DragEvent} event */
    const files = (event) => event.dataTransfer?.types.includes("Files");
    for (const type of ["dragenter", "dragover"]) {
      on(type, (event) => {
        if (!files(event)) return;
        event.preventDefault();
        event.dataTransfer.dropEffect = "copy";
        dragging(true);
      });
    }
    on("drop", async (event) => {
      if (!files(event)) return;
      event.preventDefault();
      dragging(false);
      const { files: dropped, cut } = await filesOf(event.dataTransfer);
      this.#session.add(dropped, cut ? folderCut() : undefined);
    });
    on("paste", (event) => {
      const [into] = event.composedPath();
      if (into instanceof HTMLElement && into.matches("input, textarea, [contenteditable]")) return;
      const pasted = [...(event.clipboardData?.files ?? [])];
      const words = event.clipboardData?.getData("text/plain") ?? "";
      if (pasted.length > 0) this.#session.add(pasted);
      else if (/mongodb(\+srv)?:[\\/]/i.test(words) && !words.includes("-----BEGIN")) page.showURI(words);
      else if (isMessage(words)) page.showMessage(words);
      else if (words.trim() !== "") page.drop.paste(words);
      else return;
      event.preventDefault();
    });
    on("keydown", (event) => page.keys.onkey(event));
  }

  /** #schedule gathers the changes of one turn into one update. */
  #schedule() {
    if (this.#scheduled) return;
    this.#scheduled = true;
    queueMicrotask(() => {
      this.#scheduled = false;
      this.#update();
    });
  }

  #update() {
    if (!this.#page) return;
    const { state } = this.#session;
    this.#page.update(state, this.#before);
    this.#before = state;
    this.#tell(state);
  }

  /**
   * #tell lets the host page know the public facts, and only those.
   *
   * @param {State} state
   */
  #tell({ report, form }) {
    const detail = { username: report?.username ?? null, notAfter: chosenIdentity(report)?.notAfter ?? null, target: form.target };
    const now = fingerprint(detail);
    if (now === this.#told) return;
    const first = this.#told === "";
    this.#told = now;
    if (first) return;
    this.dispatchEvent(new CustomEvent("certuri-username", { detail, bubbles: true, composed: true }));
  }
}

/**
 * isMessage tells what a program prints when it fails from a certificate or a key: those are base64, which holds no such words.
 *
 * @param {string} text
 */
function isMessage(text) {
  return /\b(errors?|exceptions?|fail(ed|ure|s)?|denied|refused|unable|could not|cannot|unauthorized)\b/i.test(text) && !/-----BEGIN|apiVersion:|MII[A-Za-z0-9+/]{20}/.test(text);
}

/**
 * build makes the tree, once.
 *
 * @param {Session} session
 * @param {boolean} linkable
 */
function build(session, linkable) {
  const status = h("p", { role: "status", class: "unseen" });
  const alert = h("p", { role: "alert", class: "unseen" });
  const drop = dropZone(session);
  const files = fileList(session, () => drop.focus());
  const chooser = identities(session);
  const name = userName(session);
  const validity = validityLine();
  const found = findings(session);
  const reply = replyToRequest();
  const chain = chainDrawing();
  const details = facts();
  const where = deployment(session, linkable);
  const wrong = message(session);
  const use = usage(session, (words) => setText(status, words));

  const notice = h("span", {});
  const undo = h("button", { type: "button", onclick: () => session.undo() }, icon("undo"), texts.file.undo);
  const noticeLine = h("div", { class: "notice row", hidden: true }, notice, undo);
  const problemWhat = h("strong", { tabindex: -1 });
  const problemRest = h("span", {});
  const problem = h("div", { class: "problem", hidden: true }, icon("error"), h("p", {}, problemWhat, " ", problemRest));

  const result = h(
    "div",
    { class: "result", hidden: true },
    chooser.root,
    name.root,
    validity.root,
    h("div", { class: "result-columns" }, h("div", {}, reply.root, found.root, details.root), chain.root),
  );
  const overlay = h("div", { class: "overlay", hidden: true }, h("p", {}, icon("drop"), h("strong", {}, texts.drop.over), h("span", {}, texts.drop.overDetail)));

  const one = step(1, texts.steps.certificate, files.clear, drop.root, files.root, problem, noticeLine, result, privacy(CERTURI_SHIP));
  const two = step(2, texts.steps.deployment, where.pasteURI, where.root);
  const three = step(3, texts.steps.use, null, use.root);
  const four = step("message", texts.message.title, null, wrong.root);
  one.root.setAttribute("part", "certificate");
  two.root.setAttribute("part", "deployment");
  three.root.setAttribute("part", "use");
  four.root.setAttribute("part", "message");
  const five = step("request", texts.newCertificate.title, null, newCertificate(session, (words) => setText(status, words)).root);
  five.root.setAttribute("part", "request");

  const keys = shortcuts({
    o: drop.choose,
    d: drop.chooseFolder,
    v: () => drop.showPaste(true),
    p: () => where.showURI(),
    u: name.copy,
    c: () => use.copyCode(),
    f: () => use.copyCall(),
    m: () => use.copyCreateUser(),
    r: () => found.copyReport(),
    l: where.copyLink,
    t: use.focusTarget,
    w: wrong.focus,
    1: one.focus,
    2: two.focus,
    3: three.focus,
    Escape: () => (session.state.busy ? session.cancel() : drop.showPaste(false)),
  });
  const root = h("div", { class: "connect" }, one.root, h("div", { class: "side-by-side" }, two.root, three.root), four.root, five.root, status, alert);

  // The overlay stands outside: a container that is queried for its size would confine it.
  const roots = [root, overlay, keys.root];
  for (const part of roots) part.lang = texts.lang;

  /** @type {State["report"]} */
  let shown = null;
  /** What had the focus when the engine set to work. @type {Element | null} */
  let began = null;

  return {
    roots,
    drop,
    showURI: where.showURI,
    showMessage: (/** @type {string} */ text) => {
      session.writeMessage(text);
      wrong.focus();
    },
    keys,
    overlay,
    /** @param {State} state @param {State} before */
    update(state, before) {
      drop.update(state);
      files.update(state);
      where.update(state);
      use.update(state);
      wrong.update(state);

      const report = state.report;
      const identity = chosenIdentity(report);
      const leaf = report ? certificateOf(report, identity?.leaf) : undefined;
      result.hidden = !report || (!leaf && report.findings.length === 0);
      if (report && report !== shown) {
        shown = report;
        name.root.hidden = !leaf && report.username === null && !report.usernameRefusal;
        name.update(report);
        validity.root.hidden = details.root.hidden = chain.root.hidden = !leaf;
        if (leaf) {
          validity.update(leaf);
          details.update(leaf);
          chain.update(report);
        }
      }
      if (report !== before.report) chooser.update(report);
      reply.update(state);
      if (report) found.update(state, state.targets.find((target) => target.id === state.form.target)?.label ?? "");
      one.root.classList.toggle("done", Boolean(report?.username) && state.doctor?.verdict !== "will-not-work");
      one.root.classList.toggle("open", Boolean(report?.files.length) || state.waiting.length > 0);

      const trouble = state.engine === "broken" ? broken(state.brokenBy) : state.problem;
      problem.hidden = !trouble;
      setText(problemWhat, trouble?.what ?? "");
      setAdvice(problemRest, trouble ? [trouble.where && `${trouble.where}.`, trouble.why, trouble.fix].filter(Boolean).join(" ") : "");
      noticeLine.hidden = state.notice === "";
      undo.hidden = state.cleared === 0;
      setText(notice, state.notice);

      speak(state, before, trouble?.what);
      if (state.cleared > 0 && before.cleared === 0) undo.focus();
      // After opening, on to the next thing: a password that is wanted, or else the name. Who has moved on meanwhile stays there.
      if (state.busy && !before.busy) began = active(root);
      const moved = active(root) !== null && active(root) !== began;
      if (before.busy && !state.busy && report && !moved && !files.focusPassword() && !active(root)) name.focus();
    },
  };

  /** @param {State} state @param {State} before @param {string | undefined} trouble */
  function speak(state, before, trouble) {
    const { username, identities = [] } = state.report ?? {};
    const news = [
      identities.length > 1 && identities.length !== before.report?.identities.length && texts.identities.announce(identities.length),
      username && username !== before.report?.username && texts.name.announce(username),
    ].filter(Boolean);
    if (news.length > 0) setText(status, news.join(" "));
    else if (state.notice !== before.notice) setText(status, state.notice);
    // A file's trouble is told once, and again after each password that was tried.
    const tried = before.busy?.what === "unlocking" ? before.busy.file : undefined;
    const errors = (/** @type {State} */ s) =>
      [...(s.report?.files ?? []), ...s.waiting].flatMap((f) => (f.error ? [{ ...f.error, of: "id" in f ? f.id : f.key, once: `${"id" in f ? f.id : f.key} ${f.error.code}` }] : []));
    const old = new Set(errors(before).map((e) => e.once));
    const fresh = state.report === before.report && state.waiting === before.waiting ? [] :
      errors(state).filter((e) => e.code !== "password-required" && (!old.has(e.once) || tried === "all" || tried === e.of));
    if (state.busy && !before.busy) setText(alert, "");
    if (trouble) setText(alert, trouble);
    else if (fresh.length > SPOKEN) setText(alert, texts.file.summary.refused(fresh.length));
    else if (fresh.length > 0) setText(alert, plainAdvice(fresh.map((e) => `${e.what} ${e.fix}`).join(" ")));
    else if (state.report !== before.report) setText(alert, "");
  }
}

/**
 * @param {number | string} number a name for what is not one of the three steps
 * @param {string} title
 * @param {HTMLElement | null} beside
 * @param {...Node} content
 */
function step(number, title, beside, ...content) {
  const id = `step-${number}`;
  const heading = h("h2", { id, tabindex: -1 }, typeof number === "number" && h("span", { class: "number" }, h("span", {}, String(number)), icon("check")), title);
  return {
    root: h("section", { class: "step", "aria-labelledby": id }, h("div", { class: "step-head" }, heading, beside), ...content),
    focus() {
      heading.focus();
      heading.scrollIntoView({ block: "start" });
    },
  };
}

/**
 * active gives what inside has the focus and is in sight: what was used may be gone, and then the focus with it.
 *
 * @param {Element} root
 */
function active(root) {
  const one = /** @type {ShadowRoot} */ (root.getRootNode()).activeElement;
  return one?.checkVisibility() ? one : null;
}

/** @param {string} reason */
function broken(reason) {
  const t = texts.engine;
  return { code: "engine", what: t.broken, why: t.brokenWhy(reason.replace(/\.$/, "")), fix: CERTURI_SHIP === "embed" ? t.brokenFixEmbed : t.brokenFix, where: undefined };
}
