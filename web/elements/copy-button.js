// A button that copies, says so, and becomes itself again.
import { h, setText } from "../dom.js";
import { texts } from "../texts.js";
import { icon } from "./icons.js";

/**
 * @param {string} what is copied, for those who hear a button that says only "Copy"
 * @param {() => string} text
 * @param {{ label?: string, symbol?: "copy" | "link" }} [look]
 */
export function copyButton(what, text, { label = texts.copy.copy, symbol = "copy" } = {}) {
  const word = h("span", {}, label);
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let back;
  const root = h("button", { type: "button", class: "copy", "aria-label": label === texts.copy.copy ? texts.copy.what(what) : undefined, onclick: copy }, icon(symbol), icon("check"), word);
  const said = h("span", { role: "status", class: "unseen" });

  async function copy() {
    const done = await write(text(), root);
    setText(word, done ? texts.copy.copied : texts.copy.failed);
    setText(said, done ? texts.copy.copied : texts.copy.failed);
    root.classList.toggle("done", done);
    clearTimeout(back);
    back = setTimeout(() => {
      setText(word, label);
      setText(said, "");
      root.classList.remove("done");
    }, 1800);
  }
  return { root: h("span", { class: "copying" }, root, said), button: root, copy };
}

/**
 * write copies text. Without the clipboard's API (a page from http:// on another machine) a selection is copied.
 *
 * @param {string} text
 * @param {Element} near
 */
async function write(text, near) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    const focus = /** @type {HTMLElement | null} */ (/** @type {ShadowRoot} */ (near.getRootNode()).activeElement);
    const field = h("textarea", { class: "unseen", readonly: true });
    field.value = text;
    near.after(field);
    field.select();
    const done = document.execCommand("copy");
    field.remove();
    focus?.focus();
    return done;
  }
}
