// The client, found by typing: one field, and under it the clients by group. Follows the combobox pattern of the ARIA
// Authoring Practices: focus stays in the field, the list shows where one is.
import { h, setAttribute, setValue } from "../dom.js";
import { foundTargets } from "../state.js";
import { texts } from "../texts.js";

const t = texts.use;

/** @typedef {import("../contract.d.ts").Target} Target */

/** @param {import("../session.js").Session} session */
export function targetPicker(session) {
  const field = h("input", {
    id: "target",
    type: "search",
    role: "combobox",
    class: "picked",
    "aria-autocomplete": "list",
    "aria-controls": "targets",
    "aria-expanded": "false",
    autocomplete: "off",
    autocapitalize: "off",
    spellcheck: "false",
    onclick: open,
    onfocus: () => field.select(),
    oninput: () => (open(), filter(field.value)),
    onkeydown: key,
    onblur: close,
  });
  const none = h("p", { class: "hint", hidden: true }, t.noTarget);
  const groups = h("div", { class: "target-list", role: "presentation" });
  const options = h("div", { id: "targets", role: "listbox", "aria-label": t.target }, groups);
  // A press in the panel must not take the focus from the field, which would close it.
  const panel = h("div", { class: "targets", hidden: true, onmousedown: (/** @type {Event} */ event) => event.preventDefault() }, options, none);

  /** @type {Target[]} */
  let targets = [];
  /** @type {Map<string, HTMLElement>} */
  const option = new Map();
  let chosen = "";
  /** The options in sight, in order. @type {string[]} */
  let shown = [];
  let active = "";

  /** @param {Target[]} all */
  function offer(all) {
    targets = all;
    option.clear();
    groups.replaceChildren(
      ...[...new Set(all.map((one) => one.group))].map((group) =>
        h(
          "div",
          { role: "group", "aria-label": group },
          h("span", { class: "group", "aria-hidden": "true" }, group),
          ...all.filter((one) => one.group === group).map((one) => {
            const root = h("div", { id: `target-${one.id}`, role: "option", "aria-selected": "false", onclick: () => choose(one.id) }, one.label);
            option.set(one.id, root);
            return root;
          }),
        ),
      ),
    );
  }

  const opened = () => !panel.hidden;

  function open() {
    if (opened() || targets.length === 0) return;
    panel.hidden = false;
    setAttribute(field, "aria-expanded", "true");
    field.select();
    filter("");
    go(chosen);
  }

  function close() {
    panel.hidden = true;
    setAttribute(field, "aria-expanded", "false");
    setAttribute(field, "aria-activedescendant", undefined);
    field.value = label();
  }

  /** @param {string} words */
  function filter(words) {
    const found = foundTargets(targets, words);
    shown = targets.filter((one) => found.includes(one)).map((one) => one.id);
    for (const [id, root] of option) root.hidden = !shown.includes(id);
    for (const group of groups.children) /** @type {HTMLElement} */ (group).hidden = !group.querySelector("[role=option]:not([hidden])");
    none.hidden = shown.length > 0;
    options.hidden = shown.length === 0;
    go(words === "" ? chosen : (found[0]?.id ?? ""));
  }

  /** @param {string} id the option that Enter would choose */
  function go(id) {
    option.get(active)?.classList.remove("active");
    active = id;
    const root = option.get(id);
    root?.classList.add("active");
    root?.scrollIntoView({ block: "nearest" });
    setAttribute(field, "aria-activedescendant", root && `target-${id}`);
  }

  /** @param {string} id */
  function choose(id) {
    chosen = id;
    session.edit("target", id);
    close();
    field.select();
  }

  /** @param {KeyboardEvent} event */
  function key(event) {
    if (event.isComposing) return;
    const at = shown.indexOf(active);
    const to = { ArrowDown: at + 1, ArrowUp: at < 0 ? shown.length - 1 : at - 1, PageDown: at + 5, PageUp: at - 5 }[event.key];
    if (event.key === "Enter" && opened()) {
      if (active) choose(active);
    } else if (event.key === "Escape" && opened()) {
      event.stopPropagation(); // it has done its work
      close();
      field.select();
    } else if (to !== undefined && !event.altKey) {
      if (!opened()) open();
      else go(shown[Math.max(0, Math.min(to, shown.length - 1))] ?? "");
    } else if (event.key === "ArrowDown") open();
    else if (event.key === "ArrowUp") close();
    else return;
    event.preventDefault();
  }

  const label = () => targets.find((one) => one.id === chosen)?.label ?? "";

  return {
    root: h("div", { class: "field grow" }, h("label", { for: "target" }, t.target), field, panel),
    focus() {
      field.focus();
      open();
    },
    /** @param {import("../state.js").State} state */
    update({ form, targets: all }) {
      if (all !== targets) offer(all);
      field.disabled = all.length === 0;
      if (chosen !== form.target || !opened()) {
        option.get(chosen)?.setAttribute("aria-selected", "false");
        chosen = form.target;
        option.get(chosen)?.setAttribute("aria-selected", "true");
        if (!opened()) setValue(field, label());
      }
    },
  };
}
