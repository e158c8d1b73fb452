// The files given, each with what it is, how far it is, and its password box only where one is wanted.
import { h, list, setAttribute, setText } from "../dom.js";
import { texts } from "../texts.js";
import { setAdvice } from "./advice.js";
import { icon } from "./icons.js";
import { secretField } from "./secret-field.js";

const t = texts.file;

/** More files than this have a line that sums them up, and those that want something stand first. */
const FEW = 8;
/** So many rows are drawn at once. */
const PAGE = 100;

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
 * @property {boolean} crowd others are locked as well
 */

/**
 * @param {import("../session.js").Session} session
 * @param {() => void} removed the focused row is gone
 */
export function fileList(session, removed) {
  const summary = h("p", { class: "files-summary" });
  const dropRefused = h("button", { type: "button", class: "quiet", onclick: () => (session.removeRefused(), removed()) });
  const head = h("div", { class: "row" }, summary, dropRefused);
  const rows = h("ul", { class: "files", "aria-label": texts.steps.certificate });
  const fill = list(rows, (/** @type {Row} */ row) => row.key, (row) => fileRow(row, session, unlock, removed));
  let drawn = PAGE;
  /** @type {Row[]} */
  let all = [];
  const more = h("button", { type: "button", hidden: true, onclick: () => draw(drawn + PAGE) });

  /** The file that a password was last tried on. @type {number | "all" | undefined} */
  let tried;
  /** @param {number | "all"} file @param {string} password */
  const unlock = (file, password) => session.unlock((tried = file), password);
  const unlockAll = () => void (allButton.disabled || unlock("all", allPassword.input.value));
  const allPassword = secretField(t.passwordOfAll, { onenter: unlockAll, placeholder: t.passwordOfAll });
  const allButton = h("button", { type: "button", class: "primary", onclick: unlockAll }, t.unlockAll);
  const allForm = h("div", { class: "unlock-all row", hidden: true }, icon("lock"), allPassword.root, allButton);

  const progress = h("span", { class: "progress-text" });
  const cancel = h("button", { type: "button", onclick: () => session.cancel() }, t.cancel);
  const busy = h("div", { class: "busy", hidden: true }, h("span", { class: "spinner", "aria-hidden": "true" }), progress, cancel);
  const clear = h("button", { type: "button", class: "quiet", onclick: () => session.clear() }, t.clear);

  /** @param {number} count */
  function draw(count) {
    drawn = count;
    fill(all.slice(0, drawn));
    more.hidden = all.length <= drawn;
    setText(more, t.drawMore(all.length - drawn));
  }

  const root = h("div", { class: "file-list" }, head, allForm, rows, more, busy);
  /** @type {Partial<State>} */
  let shown = {};
  return {
    root,
    clear,
    /** Moves to the first password box that is asked for; says whether there is one. */
    focusPassword() {
      const box = (/** @type {string} */ row) => /** @type {HTMLInputElement | null} */ (rows.querySelector(`${row}[data-state=locked] input`));
      const first = (typeof tried === "number" && box(`#row-f${tried}`)) || (allForm.hidden ? box("") : allPassword.input);
      const at = /** @type {ShadowRoot} */ (root.getRootNode()).activeElement;
      // Who is typing another file's password is left there.
      if (at instanceof HTMLInputElement && root.contains(at) && at.checkVisibility() && at !== first) return true;
      first?.focus();
      if (first?.getAttribute("aria-invalid")) first.select(); // what was wrong is typed over
      return first !== null;
    },
    /** @param {State} state */
    update(state) {
      if (state.report === shown.report && state.waiting === shown.waiting && state.busy === shown.busy && state.samples === shown.samples) return;
      shown = state;
      all = rowsOf(state);
      const count = (/** @type {Row["state"]} */ kind) => all.filter((row) => row.state === kind).length;
      const locked = count("locked");
      const refused = count("refused");
      summary.hidden = all.length <= FEW;
      const kinds = /** @type {const} */ (["reading", "read", "locked", "refused"]);
      setText(summary, kinds.filter((kind) => count(kind) > 0).map((kind) => t.summary[kind](count(kind))).join(", "));
      dropRefused.hidden = refused < 2;
      setText(dropRefused, t.removeRefused(refused));
      head.hidden = summary.hidden && dropRefused.hidden;
      if (all.length > FEW) all = [...all.filter((row) => row.state !== "read"), ...all.filter((row) => row.state === "read")];
      draw(all.length > drawn ? drawn : PAGE);
      allForm.hidden = locked < 2;
      if (locked < 2) allPassword.input.value = "";
      setAttribute(allButton, "disabled", state.busy?.file === "all");
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
  const crowd = (state.report?.files ?? []).filter((file) => file.state === "locked").length > 1;
  const opened = (state.report?.files ?? []).map((file) => ({
    ...file,
    key: `f${file.id}`,
    state: /** @type {Row["state"]} */ (file.state),
    sample: state.samples.get(file.id),
    unlocking: state.busy?.file === file.id || (state.busy?.file === "all" && file.state === "locked"),
    crowd,
  }));
  const waiting = state.waiting.map((file) => ({
    ...file,
    kind: "",
    state: /** @type {Row["state"]} */ (file.error ? "refused" : "reading"),
    unlocking: false,
    crowd,
  }));
  return [...opened, ...waiting];
}

/**
 * @param {Row} first
 * @param {import("../session.js").Session} session
 * @param {(file: number, password: string) => void} unlock
 * @param {() => void} removed
 */
function fileRow(first, session, unlock, removed) {
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
        // On to the next file, so that one after another can be removed.
        const next = root.nextElementSibling ?? root.previousElementSibling;
        if (first.id === undefined) session.dismiss(first.key);
        else session.remove(first.id);
        const button = /** @type {HTMLElement | null | undefined} */ (next?.querySelector(".file-main > button"));
        if (button) button.focus();
        else removed();
      },
    },
    icon("close"),
  );

  const errorID = `error-${first.key}`;
  function lock() {
    const go = () => {
      if (first.id !== undefined && !button.disabled) unlock(first.id, password.input.value);
    };
    const password = secretField(t.password(first.name), { onenter: go, placeholder: t.passwordShort });
    const button = h("button", { type: "button", onclick: go }, t.unlock);
    const form = h("div", { class: "unlock row" }, password.root, button);
    main.after(form);
    return { input: password.input, button, form };
  }
  /** Made when a password is first wanted: of a thousand files few are locked. @type {ReturnType<typeof lock> | undefined} */
  let locked;
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
  const root = h("li", { id: `row-${first.key}` }, main, error);
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

      // "A password is wanted" needs no words beside an empty password box; a wrong one does.
      const problem = row.error?.code === "password-required" ? undefined : row.error;
      error.hidden = !problem;
      setText(what, problem?.what ?? "");
      setAdvice(rest, problem ? [place(problem.where, row.name), problem.why, problem.fix].filter(Boolean).join(" ") : "");
      if (row.state === "locked") {
        locked ??= lock();
        const { input, button, form } = locked;
        form.hidden = false;
        setAttribute(button, "disabled", row.unlocking);
        button.classList.toggle("primary", !row.crowd);
        setAttribute(input, "aria-invalid", problem ? "true" : undefined);
        setAttribute(input, "aria-describedby", problem ? errorID : undefined);
      } else if (locked) {
        locked.form.hidden = true;
        locked.input.value = "";
      }
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
