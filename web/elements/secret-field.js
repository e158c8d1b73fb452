// A password field that can be looked at. It has no name and asks for no completion, so that no browser keeps it.
import { h, setAttribute, setText } from "../dom.js";
import { texts } from "../texts.js";

/**
 * @param {string} label
 * @param {{ oninput?: (value: string) => void, onenter?: (value: string) => void, placeholder?: string }} [events]
 */
export function secretField(label, { oninput, onenter, placeholder } = {}) {
  const input = h("input", {
    type: "password",
    "aria-label": label,
    autocomplete: "off",
    autocapitalize: "off",
    spellcheck: "false",
    // The password managers that ignore autocomplete="off" look at these.
    "data-1p-ignore": true,
    "data-bwignore": true,
    "data-lpignore": "true",
    placeholder,
    oninput: () => oninput?.(input.value),
    onkeydown: (/** @type {KeyboardEvent} */ event) => {
      if (event.key === "Enter" && !event.isComposing && onenter) {
        event.preventDefault();
        onenter(input.value);
      }
    },
  });
  const toggle = h("button", {
    type: "button",
    class: "show",
    onclick: () => {
      input.type = input.type === "password" ? "text" : "password";
      name();
      input.focus();
    },
  });
  name();
  return { root: h("span", { class: "secret" }, input, toggle), input };

  function name() {
    const act = input.type === "password" ? texts.file.show : texts.file.hide;
    setAttribute(toggle, "aria-label", `${act}: ${label}`);
    setText(toggle, act);
  }
}
