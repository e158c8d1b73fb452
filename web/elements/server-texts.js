// What goes on the server's side: the command that creates the user in many spellings, the server's own settings, manifests.
import { h, list, setAttribute, setValue } from "../dom.js";
import { texts } from "../texts.js";
import { codeBlock } from "./code-block.js";
import { icon } from "./icons.js";
import { segmented } from "./segmented.js";

const t = texts.serverTexts;

/** @typedef {import("../contract.d.ts").UserRole} UserRole */
/** @typedef {import("../contract.d.ts").KnownRole} KnownRole */

/** @param {import("../session.js").Session} session */
export function serverTexts(session) {
  const choice = h("select", { id: "server-text", onchange: () => ((chosen = choice.value), show()) });
  const whose = segmented(t.whose, "whose", (value) => session.edit("allUsers", value === "all"));
  const roles = roleField(session);
  const code = codeBlock(t.title);
  const notes = h("ul", { class: "notes" });
  const fillNotes = list(notes, (/** @type {string} */ note) => note, (note) => ({ root: h("li", {}, note), update() {} }));
  let chosen = "";
  let offered = "";

  function show() {
    const all = session.state.served?.texts ?? [];
    const text = all.find((one) => one.id === chosen) ?? all[0];
    if (!text) return;
    setValue(choice, text.id);
    // Roles are part of the commands that make a user, the first group.
    roles.root.hidden = text.group !== all[0].group;
    whose.root.hidden = roles.root.hidden || (session.state.report?.identities.length ?? 0) < 2;
    code.update(text.snippet);
    fillNotes(text.snippet.notes ?? []);
    notes.hidden = !text.snippet.notes?.length;
  }

  return {
    root: h(
      "div",
      { class: "server-texts" },
      h("h3", {}, t.title),
      h("div", { class: "row" }, h("label", { for: "server-text", class: "unseen" }, t.what), choice, whose.root),
      roles.root,
      code.root,
      notes,
    ),
    copy: code.copy,
    /** @param {import("../state.js").State} state */
    update({ served, form, report }) {
      const all = served?.texts ?? [];
      const key = all.map((text) => text.id).join();
      if (offered !== key) {
        offered = key;
        choice.replaceChildren(
          ...[...new Set(all.map((text) => text.group))].map((group) =>
            h("optgroup", { label: group }, ...all.filter((text) => text.group === group).map((text) => h("option", { value: text.id }, text.label))),
          ),
        );
      }
      const users = report?.identities.length ?? 0;
      whose.update([{ value: "one", label: t.one }, { value: "all", label: t.all(users) }], form.allUsers ? "all" : "one");
      roles.update(form.roles ?? [], served?.roles ?? [], form.database);
      show();
    },
  };
}

/** @param {import("../session.js").Session} session */
function roleField(session) {
  /** @type {KnownRole[]} */
  let known = [];
  const suggestions = h("datalist", { id: "known-roles" });
  const input = h("input", {
    type: "text",
    id: "roles",
    list: "known-roles",
    placeholder: t.roleExample,
    autocomplete: "off",
    autocapitalize: "off",
    spellcheck: "false",
    onchange: add,
    onkeydown: (/** @type {KeyboardEvent} */ event) => {
      if (event.key === "Enter" && !event.isComposing) {
        event.preventDefault();
        add();
      }
    },
  });
  const chips = h("ul", { class: "kept" });
  const fill = list(chips, (/** @type {UserRole} */ one) => `${one.role}@${one.database}`, (one) => {
    const name = `${one.role}@${one.database}`;
    const drop = () => {
      session.edit("roles", roles().filter((other) => `${other.role}@${other.database}` !== name));
      input.focus(); // the button is gone
    };
    return { root: h("li", {}, h("span", { translate: "no" }, name), h("button", { type: "button", class: "quiet", "aria-label": t.dropRole(name), onclick: drop }, icon("close"))), update() {} };
  });
  const roles = () => session.state.form.roles ?? [];

  function add() {
    const fresh = input.value.split(/[\s,]+/).filter(Boolean).map((text) => {
      const [role, database = ""] = text.split("@");
      return { role, database: database || (known.find((one) => one.role === role)?.adminOnly ? "admin" : session.state.form.database || "test") };
    });
    input.value = "";
    const all = [...roles(), ...fresh.filter((one) => one.role)];
    const once = new Map(all.map((one) => [`${one.role}@${one.database}`, one]));
    if (fresh.length > 0) session.edit("roles", [...once.values()]);
  }

  return {
    root: h("div", { class: "roles" }, h("label", { for: "roles" }, t.roles), chips, input, suggestions),
    /** @param {UserRole[]} now @param {KnownRole[]} all @param {string} database */
    update(now, all, database) {
      fill(now);
      chips.hidden = now.length === 0;
      const key = `${database} ${all.length}`;
      if (suggestions.dataset.for === key) return;
      setAttribute(suggestions, "data-for", key);
      known = all;
      suggestions.replaceChildren(...all.map((one) => h("option", { value: `${one.role}@${one.adminOnly ? "admin" : database || "test"}` }, one.what)));
    },
  };
}
