// What to do, as the engine says it: `text that can be copied`, and «labels» of this page, which lead there.
import { h } from "../dom.js";
import { texts } from "../texts.js";

/** What the labels that lead somewhere read today: the engine knows the English ones. Other words in guillemets are those of other programs. */
const places = new Map(
  [
    () => texts.drop.more,
    () => texts.name.title,
    () => texts.chain.title,
    () => texts.facts.title,
    () => texts.deployment.caFile,
    () => texts.server.title,
    () => texts.use.target,
    () => texts.use.files,
    () => texts.serverTexts.title,
    () => texts.message.title,
    () => texts.newCertificate.makeKit,
    () => texts.newCertificate.title,
  ].map((label) => [label(), label]),
);

/** @type {WeakMap<Element, string>} */
const written = new WeakMap();

/**
 * setAdvice writes only what changed, as setText does.
 *
 * @param {Element} node
 * @param {string} text
 */
export function setAdvice(node, text) {
  if (written.get(node) === text) return;
  written.set(node, text);
  node.replaceChildren(
    ...text.split(/(`[^`]+`|«[^»]+»)/).map((part) => {
      const words = part.slice(1, -1);
      if (part.startsWith("`")) return h("code", { translate: "no" }, words);
      const label = part.startsWith("«") && places.get(words)?.();
      if (label) return h("button", { type: "button", class: "inline", onclick: (event) => lead(event.target, label) }, label);
      return part;
    }),
  );
}

/**
 * plainAdvice is the same for those who hear it.
 *
 * @param {string} text
 */
export const plainAdvice = (text) => text.replaceAll("`", "");

/**
 * lead opens, shows and focuses the part of the page that goes by a label.
 *
 * @param {Element} from
 * @param {string} label
 */
function lead(from, label) {
  const page = /** @type {ShadowRoot} */ (from.getRootNode());
  for (const title of page.querySelectorAll("h2, h3, h4, label, legend, summary, button:not(.inline)")) {
    if (title.textContent?.trim().startsWith(label) !== true || title.closest("[hidden]")) continue;
    for (let closed = title.closest("details"); closed; closed = closed.parentElement?.closest("details") ?? null) closed.open = true;
    show(/** @type {HTMLElement} */ ((title instanceof HTMLLabelElement && title.control) || (title.matches("h2") && title.closest("section")?.querySelector("textarea, input")) || title));
    return;
  }
  // It is there once a certificate is open.
  const first = /** @type {HTMLElement | null} */ (page.querySelector("[part=certificate] button:not([hidden])"));
  if (first) show(first);
}

/** @param {HTMLElement} target */
function show(target) {
  if (target.tabIndex < 0) target.tabIndex = -1;
  target.focus({ preventScroll: true });
  target.scrollIntoView({ block: "center" });
}
