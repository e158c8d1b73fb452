// A piece of code with its file's name and Copy, in which the person's own values and what is still to fill in are marked.
import { h, setAttribute, setText } from "../dom.js";
import { texts } from "../texts.js";
import { copyButton } from "./copy-button.js";

/** @typedef {import("../contract.d.ts").Span} Span */

/** @param {string} what it is, for those who hear the Copy button */
export function codeBlock(what) {
  let text = "";
  let shown = "";
  const name = h("span", { class: "code-file", translate: "no" });
  const copy = copyButton(what, () => text);
  const code = h("code", { translate: "no" });
  const pre = h("pre", { tabindex: 0, role: "region", "aria-label": what }, code);
  return {
    root: h("figure", { class: "code" }, h("figcaption", {}, name, copy.root), pre),
    copy: copy.copy,
    /** @param {string} file @param {Span[]} spans */
    update(file, spans) {
      setText(name, file);
      setAttribute(name, "hidden", file === "");
      const key = JSON.stringify(spans);
      if (key === shown) return;
      shown = key;
      text = spans.map((span) => span.text).join("");
      code.replaceChildren(...spans.map(piece));
    },
  };
}

/** @param {Span} span */
function piece({ kind, text }) {
  if (!kind) return document.createTextNode(text);
  if (kind === "fill") return h("mark", { class: kind, title: texts.use.fill }, text);
  return h("span", { class: kind, title: kind === "yours" ? texts.use.yours : undefined }, text);
}
