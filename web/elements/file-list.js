// The files given, each with what it is, how far it is, and its password box only where one is wanted.
import { h, list, setAttribute, setText } from "../dom.js";
import { texts } from "../texts.js";
import { icon } from "./icons.js";
import { secretField } from "./secret-field.js";

const t = texts.file;

/** @typedef {import("../state.js").State} State */
/**
 * @typedef {object} Row
 * @property {string} key
 * @property {number} [id] the engine's
 * @property {string} name
 * @property {number} size
 * @property {string} kind
 * @property {"reading" | "read" | "locked" | "refused"} state
 * @property {import("../contract.d.ts").Problem} [error]
 * @property {string} [sample]
 * @property {boolean} unlocking
 */

/**
 * @param {import("../session.js").Session} session
 * @param {() => void} removed the focused row is gone
 */
export function fileList(session, removed) {
  const rows = h("ul", { class: "files", "aria-label": texts.steps.certificate });
  const fill = list(rows, (/** @type {Row} */ row) => row.key, (row) => fileRow(row, session, removed));

  const progress = h("span", { class: "progress-text" });
  const cancel = h("button", { type: "button", onclick: () => session.cancel() }, t.cancel);
  const busy = h("div", { class: "busy", hidden: true }, h("span", { class: "spinner", "aria-hidden": "true" }), progress, cancel);
  const clear = h("button", { type: "button", class: "quiet", onclick: () => session.clear() }, t.clear);

  const root = h("div", { class: "file-list" }, rows, busy);
  return {
    root,
    clear,
    /** Moves to the first password box that is asked for; says whether there is one. */
    focusPassword() {
      const first = /** @type {HTMLElement | null} */ (rows.querySelector("[data-state=locked] input"));
      first?.focus();
      return first !== null;
    },
    /** @param {State} state */
    update(state) {
      const all = rowsOf(state);
      fill(all);
      root.hidden = rows.hidden = all.length === 0;
      clear.hidden = all.length === 0;
      busy.hidden = state.busy === null;
      if (state.busy) setText(progress, state.busy.rounds ? t.rounds(state.busy.rounds, state.busy.seconds ?? 0) : state.busy.what === "reading" ? t.reading : t.unlocking);
    },
  };
}

/**
 * @param {State} state
 * @returns {Row[]}
 */
function rowsOf(state) {
  const opened = (state.report?.files ?? []).map((file) => ({
    ...file,
    key: `f${file.id}`,
    state: /** @type {Row["state"]} */ (file.state),
    sample: state.samples.get(file.id),
    unlocking: state.busy?.file === file.id,
  }));
  const waiting = state.waiting.map((file) => ({
    ...file,
    kind: "",
    state: /** @type {Row["state"]} */ (file.error ? "refused" : "reading"),
    unlocking: false,
  }));
  return [...opened, ...waiting];
}

/**
 * @param {Row} first
 * @param {import("../session.js").Session} session
 * @param {() => void} removed
 */
function fileRow(first, session, removed) {
  const state = h("span", { class: "file-state" });
  const kind = h("span", { class: "file-kind" });
  const size = h("span", { class: "file-size" });
  const sample = h("span", { class: "badge", hidden: true }, t.sample);
  const sampleNote = h("span", { class: "file-kind" });
  const remove = h(
    "button",
    {
      type: "button",
      class: "quiet square",
      "aria-label": t.removeNamed(first.name),
      title: t.remove,
      onclick: () => {
        if (first.id === undefined) session.dismiss(first.key);
        else session.remove(first.id);
        removed();
      },
    },
    icon("close"),
  );

  const errorID = `error-${first.key}`;
  const unlock = () => {
    if (first.id !== undefined && !button.disabled) session.unlock(first.id, password.input.value);
  };
  const password = secretField(t.password(first.name), { onenter: unlock, placeholder: t.passwordShort });
  const button = h("button", { type: "button", class: "primary", onclick: unlock }, t.unlock);
  const form = h("div", { class: "unlock row", hidden: true }, password.root, button);
  const what = h("strong", {});
  const rest = h("span", {});
  const error = h("p", { class: "file-error", id: errorID, hidden: true }, what, " ", rest);

  const main = h(
    "div",
    { class: "file-main" },
    state,
    h("div", { class: "file-words" }, h("span", { class: "file-name" }, first.name), sample, sampleNote, kind),
    size,
    remove,
  );
  const root = h("li", {}, main, form, error);
  /** @type {import("../contract.d.ts").Problem | undefined} */
  let shown;

  return {
    root,
    /** @param {Row} row */
    update(row) {
      if (root.dataset.state !== row.state) {
        root.dataset.state = row.state;
        const symbol = { reading: null, read: "check", locked: "lock", refused: "error" }[row.state];
        state.replaceChildren(
          symbol ? icon(/** @type {any} */ (symbol), t[row.state]) : h("span", { class: "spinner", role: "img", "aria-label": t.reading }),
        );
      }
      setText(kind, row.state === "reading" ? t.reading : row.kind);
      setText(size, formatSize(row.size));
      sample.hidden = row.sample === undefined;
      setText(sampleNote, row.sample === undefined ? "" : t.samplePassword(row.sample));

      const locked = row.state === "locked";
      form.hidden = !locked;
      if (!locked) password.input.value = "";
      setAttribute(button, "disabled", row.unlocking);

      // "A password is wanted" needs no words beside an empty password box; a wrong one does.
      const problem = row.error?.code === "password-required" ? undefined : row.error;
      error.hidden = !problem;
      setText(what, problem?.what ?? "");
      setText(rest, problem ? [place(problem.where, row.name), problem.why, problem.fix].filter(Boolean).join(" ") : "");
      setAttribute(password.input, "aria-invalid", problem && locked ? "true" : undefined);
      setAttribute(password.input, "aria-describedby", problem ? errorID : undefined);
      if (locked && problem && problem !== shown && !row.unlocking) {
        password.input.focus();
        password.input.select();
      }
      if (!row.unlocking) shown = problem;
    },
  };
}

/**
 * place says where in the file, without the file's name, which stands above.
 *
 * @param {string | undefined} where
 * @param {string} name
 */
function place(where = "", name) {
  const rest = where.startsWith(name) ? where.slice(name.length).replace(/^[,:]? */, "") : where;
  return rest && `${rest}.`;
}

/** @param {number} bytes */
function formatSize(bytes) {
  if (bytes < 1000) return `${bytes} B`;
  if (bytes < 1_000_000) return `${(bytes / 1000).toFixed(1)} kB`;
  return `${(bytes / 1_000_000).toFixed(1)} MB`;
}
