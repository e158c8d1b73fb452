// A connection string that the person has already: what the chosen client makes of it, and one click to mend it.
import { h, list, setAttribute, setText, setValue } from "../dom.js";
import { mask } from "../state.js";
import { texts } from "../texts.js";
import { disclosure, verdictLine } from "./findings.js";
import { icon } from "./icons.js";

const t = texts.uri;

/** @typedef {import("../contract.d.ts").LintFinding} LintFinding */
/** A finding, told from others of the same kind by where it stands among them. @typedef {LintFinding & { key: string }} Row */

/** So much of the text stands around what a finding is about, when it is quoted. */
const AROUND = 12;
/** What is about more of the text than this is about all of it, and is not marked. */
const ALL = 0.6;

/** @param {import("../session.js").Session} session */
export function pastedURI(session) {
  const toggle = h("button", { type: "button", "aria-expanded": "false", "aria-controls": "uri", onclick: () => show(!session.state.uri.open) }, icon("paste"), t.paste);

  const text = h("textarea", {
    id: "uri-text",
    spellcheck: "false",
    autocomplete: "off",
    autocapitalize: "off",
    placeholder: "mongodb://",
    "aria-describedby": "uri-verdict uri-hint",
    oninput: () => session.writeURI(text.value),
  });
  const marks = h("div", { class: "uri-marks", "aria-hidden": "true" });

  const mendAll = h("button", { type: "button", onclick: () => write(session.state.uri.lint?.mended ?? text.value) }, t.mendAll);
  const { root: verdict, update: judge } = verdictLine("uri-verdict");
  verdict.append(mendAll);

  /** @type {string | undefined} the key of the finding that was opened last, whose place is marked most */
  let current;
  const items = h("ul", { "aria-label": texts.findings.title });
  const fill = list(items, (/** @type {Row} */ row) => row.key, () => row(session, { open, write, select }));
  const found = h("div", { class: "findings" }, items);

  const hint = h("p", { class: "hint", id: "uri-hint" });
  const discard = h("button", { type: "button", class: "quiet", onclick: () => write("") }, t.discard);
  const area = h(
    "div",
    { id: "uri", class: "uri", hidden: true },
    h("label", { for: "uri-text" }, t.label),
    h("div", { class: "uri-text" }, marks, text),
    verdict,
    found,
    h("div", { class: "uri-foot" }, hint, discard),
  );

  /** @param {boolean} open */
  function show(open) {
    session.showURI(open);
    if (!open) return;
    area.hidden = false; // what is hidden takes no focus
    text.focus();
  }

  /**
   * write puts text into the field as if it were typed, so that the browser's own Undo takes it back.
   *
   * @param {string} whole
   */
  function write(whole) {
    text.focus();
    text.select();
    if (!document.execCommand(whole === "" ? "delete" : "insertText", false, whole) || text.value !== whole) {
      text.value = whole;
      session.writeURI(whole);
    }
  }

  /** @param {Row} row */
  function select(row) {
    const { start, end } = row;
    open(row, true);
    text.focus({ preventScroll: true });
    text.setSelectionRange(start, end);
    marks.querySelector(".current")?.scrollIntoView({ block: "nearest" });
  }

  /** @param {Row} row @param {boolean} opened */
  function open(row, opened) {
    if (opened) current = row.key;
    else if (current === row.key) current = undefined;
    mark();
  }

  /** Draws the text once more, unseen, under the field, with what the findings are about marked. */
  function mark() {
    const { uri } = session.state;
    const rows = uri.lint && uri.linted === uri.text ? rowsOf(uri.lint.findings) : [];
    marks.replaceChildren(...pieces(uri.text, rows, rows.find((row) => row.key === current)), "\n");
  }

  return {
    root: area,
    toggle,
    /** @param {string} [pasted] */
    show(pasted) {
      show(true);
      if (pasted !== undefined) write(pasted);
    },
    /** @param {import("../state.js").State} state */
    update({ uri, form, targets }) {
      area.hidden = !uri.open;
      setAttribute(toggle, "aria-expanded", String(uri.open));
      setValue(text, uri.text);
      const { lint } = uri;
      const fresh = uri.linted === uri.text;
      const client = targets.find((one) => one.id === form.target)?.label ?? "";

      verdict.hidden = !lint;
      if (lint) judge(lint.verdict, t.verdicts[lint.verdict]?.(client) ?? "");
      mendAll.hidden = !lint?.mended;
      mendAll.disabled = !fresh;
      fill(lint ? rowsOf(lint.findings) : []);
      items.hidden = !lint?.findings.length;
      mark();

      const secret = mask(uri.text) !== uri.text;
      setText(hint, !lint ? t.hint : !lint.import ? t.noHost : secret ? `${t.filled} ${t.secret}` : t.filled);
      discard.hidden = uri.text === "";
    },
  };
}

/**
 * @param {LintFinding[]} findings
 * @returns {Row[]}
 */
function rowsOf(findings) {
  /** @type {Map<string, number>} */
  const seen = new Map();
  return findings.map((finding) => {
    const count = (seen.get(finding.id) ?? 0) + 1;
    seen.set(finding.id, count);
    return { ...finding, key: `${finding.id} ${count}` };
  });
}

/**
 * @param {import("../session.js").Session} session
 * @param {{ open(row: Row, opened: boolean): void, write(whole: string): void, select(row: Row): void }} actions
 */
function row(session, { open, write, select }) {
  const { root, details, advice, update } = disclosure();
  /** @type {Row} */
  let now;
  const place = h("code", { translate: "no" });
  const placeRow = h("div", {}, h("dt", {}, t.place), h("dd", {}, place, " ", h("button", { type: "button", class: "inline", onclick: () => select(now) }, t.select)));
  const prints = h("code", { translate: "no" });
  const printsRow = h("div", {}, h("dt", {}, t.prints), h("dd", {}, prints));
  const mend = h("button", { type: "button", class: "mend", onclick: () => write(now.mended ?? "") }, t.mend);
  advice.prepend(placeRow);
  advice.append(printsRow);
  details.ontoggle = () => open(now, details.open);
  root.append(mend);
  return {
    root,
    /** @param {Row} row */
    update(row) {
      now = row;
      update(row);
      const { text, linted } = session.state.uri;
      if (text === linted) {
        placeRow.hidden = aboutAll(row, text);
        setText(place, excerpt(text, row));
      }
      setText(prints, row.error ?? "");
      printsRow.hidden = !row.error;
      mend.hidden = !row.mended || row.mended === text;
      mend.disabled = text !== linted;
      setAttribute(mend, "aria-label", t.mendNamed(row.what));
    },
  };
}

/** @param {LintFinding} finding @param {string} text */
function aboutAll({ start, end }, text) {
  return end - start > ALL * text.length;
}

/**
 * excerpt quotes what a finding is about, with a little around it, and no secret.
 *
 * @param {string} text
 * @param {LintFinding} finding
 */
function excerpt(text, { start, end }) {
  const [from, to] = [Math.max(0, start - AROUND), Math.min(text.length, end + AROUND, start + 80)];
  return (from > 0 ? "…" : "") + mask(text).slice(from, to) + (to < text.length ? "…" : "");
}

/**
 * pieces cuts the text where findings begin and end, and marks what they are about, by the worst of them.
 *
 * @param {string} text
 * @param {LintFinding[]} findings worst first
 * @param {LintFinding | undefined} current
 */
function pieces(text, findings, current) {
  const places = findings
    .filter((f) => !aboutAll(f, text) && (f === current || f.severity !== "info"))
    // What is missing between two characters is marked on the one before.
    .map((f) => ({ ...f, start: f.start === f.end ? Math.max(0, f.start - 1) : f.start, current: f === current }));
  const cuts = [...new Set([0, ...places.flatMap((p) => [p.start, p.end]), text.length])].sort((a, b) => a - b);
  return cuts.slice(1).map((end, i) => {
    const piece = text.slice(cuts[i], end);
    const here = places.filter((p) => p.start < end && p.end > cuts[i]);
    if (here.length === 0) return piece;
    return h("mark", { "data-severity": here[0].severity, class: here.some((p) => p.current) ? "current" : undefined }, piece);
  });
}
