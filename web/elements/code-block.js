// A piece of code with its file's name and Copy, in which the person's own values and what is still to fill in are marked.
import { fingerprint, h, setAttribute, setText } from "../dom.js";
import { texts } from "../texts.js";
import { copyButton } from "./copy-button.js";

const t = texts.use;

/** Of more pieces than this the rest is not drawn; Copy takes all. */
const DRAWN = 1500;

/** @typedef {import("../contract.d.ts").Span} Span */
/** @typedef {Pick<import("../contract.d.ts").Snippet, "file" | "spans" | "fragment">} Piece */

/**
 * @param {string} what it is, for those who hear the Copy button
 * @param {...HTMLElement} beside stands between the file's name and Copy
 */
export function codeBlock(what, ...beside) {
  /** @type {Piece} */
  let now = { file: "", spans: [] };
  let shown = "";
  const name = h("span", { class: "code-file", translate: "no" });
  const copy = copyButton(what, () => textOf(now.spans));
  // A part of a file has no end of its own.
  const copyCall = copyButton(t.copyFragment, () => textOf(call(now)).replace(/\n$/, ""), { label: t.copyFragment });
  // What the button would leave behind steps back while it is pointed at.
  for (const [event, on] of /** @type {const} */ ([["pointerenter", true], ["focus", true], ["pointerleave", false], ["blur", false]])) {
    copyCall.button.addEventListener(event, () => root.classList.toggle("call-only", on));
  }
  const code = h("code", { translate: "no" });
  const pre = h("pre", { tabindex: 0, role: "region", "aria-label": what }, code);
  const root = h("figure", { class: "code" }, h("figcaption", {}, name, ...beside, h("span", { class: "copies" }, copyCall.root, copy.root)), pre);
  return {
    root,
    copy: copy.copy,
    /** Copies the call alone, where there is more around it. */
    copyCall: () => (copyCall.root.hidden ? copy.copy() : copyCall.copy()),
    /** @param {Piece} piece */
    update(piece) {
      now = piece;
      setText(name, piece.file);
      setAttribute(name, "hidden", piece.file === "");
      copyCall.root.hidden = call(piece).length === piece.spans.length;
      const key = fingerprint([piece.spans, piece.fragment]);
      if (key === shown) return;
      shown = key;
      const spans = piece.spans.slice(0, DRAWN);
      const { start, end } = piece.fragment ?? { start: 0, end: spans.length };
      code.replaceChildren(
        ...[spans.slice(0, start), spans.slice(start, end), spans.slice(end)]
          .map((part, i) => (part.length > 0 ? h("span", { class: i === 1 ? "call" : "around" }, ...part.map(marked)) : ""))
          .filter(Boolean),
        ...(spans.length < piece.spans.length ? [h("em", { class: "comment" }, `\n${t.undrawn(lines(piece.spans) - lines(spans))}`)] : []),
      );
    },
  };
}

/** @param {Span[]} spans */
export function textOf(spans) {
  return spans.map((span) => span.text).join("");
}

/** @param {Span[]} spans */
function lines(spans) {
  return textOf(spans).split("\n").length - 1;
}

/**
 * call gives the spans that make the client, without the program around them.
 *
 * @param {Piece} piece
 */
function call({ spans, fragment }) {
  return fragment ? spans.slice(fragment.start, fragment.end) : spans;
}

/** @param {Span} span */
function marked({ kind, text }) {
  if (!kind) return document.createTextNode(text);
  if (kind === "fill") return h("mark", { class: kind, title: t.fill }, text);
  return h("span", { class: kind, title: kind === "yours" ? t.yours : undefined }, text);
}
