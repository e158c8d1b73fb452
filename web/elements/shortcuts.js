// The keyboard: what each key does, and the list that "?" opens. Single keys can be switched off (WCAG 2.2, 2.1.4).
import { h } from "../dom.js";
import { texts } from "../texts.js";
import { icon } from "./icons.js";

const t = texts.shortcuts;

/** @param {Record<string, () => void>} actions by key */
export function shortcuts(actions) {
  const single = h("input", { type: "checkbox", checked: true });
  const title = h("h2", { id: "keys-title", tabindex: -1 }, t.title);
  const root = h(
    "div",
    { class: "keys", popover: "auto", role: "dialog", "aria-labelledby": "keys-title" },
    h("div", { class: "keys-head" }, title, h("button", { type: "button", class: "quiet square", "aria-label": t.close, onclick: () => root.hidePopover() }, icon("close"))),
    h("dl", {}, ...Object.entries(t.keys).map(([keys, what]) => h("div", {}, h("dt", {}, ...keys.split(" ").map((key) => h("kbd", {}, key))), h("dd", {}, what)))),
    h("label", { class: "check" }, single, t.single),
  );

  function toggle() {
    root.togglePopover();
    if (root.matches(":popover-open")) title.focus();
  }

  return {
    root,
    toggle,
    /** @param {KeyboardEvent} event */
    onkey(event) {
      if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
      if (event.key === "Escape") return actions.Escape();
      const typing = event.composedPath()[0];
      if (typing instanceof HTMLElement && typing.matches("input:not([type=radio], [type=checkbox]), textarea, select, [contenteditable]")) return;
      const act = event.key === "?" ? toggle : actions[event.key];
      if (!act || !single.checked) return;
      event.preventDefault();
      act();
    },
  };
}
