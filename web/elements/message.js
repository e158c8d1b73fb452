// What went wrong, as pasted: an error message is explained, and a user name in it laid beside the certificate's.
import { fingerprint, h, list, setAttribute, setText, setValue } from "../dom.js";
import { texts } from "../texts.js";
import { setAdvice } from "./advice.js";
import { disclosure, verdictLine } from "./findings.js";

const t = texts.message;

/** @typedef {import("../contract.d.ts").Entry} Entry */
/** @typedef {import("../contract.d.ts").DiffRow} DiffRow */

/** @param {import("../session.js").Session} session */
export function message(session) {
  const text = h("textarea", {
    id: "message",
    rows: 3,
    spellcheck: "false",
    autocomplete: "off",
    autocapitalize: "off",
    placeholder: t.example,
    "aria-describedby": "message-hint",
    oninput: () => session.writeMessage(text.value),
  });
  const clear = h("button", { type: "button", class: "quiet", hidden: true, onclick: () => (session.writeMessage(""), text.focus()) }, t.clear);

  const lead = h("p", { class: "message-lead", role: "status" });
  const entries = h("ul", {});
  const fillEntries = list(entries, (/** @type {Entry & { seen: boolean }} */ e) => e.id, entry);
  const explained = h("div", { class: "findings" }, lead, entries);

  const { root: verdict, update: judge } = verdictLine("diff-verdict");
  const why = h("p", { class: "hint" });
  const fix = h("p", {});
  const rows = h("tbody", {});
  const fillRows = list(rows, (/** @type {DiffRow & { at: number }} */ row) => String(row.at), diffRow);
  const table = h(
    "div",
    { class: "scroll", tabindex: 0, role: "region", "aria-label": t.compared },
    h("table", {}, h("thead", {}, h("tr", {}, h("th", { scope: "col" }, t.theirs), h("th", { scope: "col" }, t.ours), h("th", { scope: "col" }, t.difference))), rows),
  );
  const compared = h("div", { class: "diff" }, h("h3", {}, t.compared), verdict, table, why, fix);

  return {
    root: h(
      "div",
      { class: "message" },
      h("div", { class: "field" }, h("label", { for: "message" }, t.label), text, h("div", { class: "uri-foot" }, h("p", { class: "hint", id: "message-hint" }, t.hint), clear)),
      h("div", { class: "message-answers" }, explained, compared),
    ),
    focus: () => text.focus(),
    /** @param {import("../state.js").State} state */
    update({ message: { text: asked, explain, diff }, doctor }) {
      setValue(text, asked);
      clear.hidden = asked === "";
      const found = explain?.entries ?? [];
      const names = diff && diff.verdict !== "no-name" ? diff : null;
      explained.hidden = !explain || (found.length === 0 && names !== null);
      setText(lead, !explain ? "" : found.length === 0 ? t.unknown : found.length > 1 ? t.several(found.length) : t.one);
      if (explain?.shortened) setText(lead, `${lead.textContent} ${t.shortened}`);
      const ids = new Set(doctor?.findings.flatMap((f) => [f.id, ...(f.also ?? [])]));
      fillEntries(found.map((e) => ({ ...e, seen: ids.has(e.id) })));
      entries.hidden = found.length === 0;

      compared.hidden = !names;
      if (!names) return;
      judge(looks[names.verdict] ?? "will-not-work", names.what);
      verdict.hidden = false;
      setText(why, names.why);
      setAdvice(fix, names.fix);
      fillRows(names.rows.map((row, at) => ({ ...row, at })));
      table.hidden = names.rows.length === 0;
    },
  };
}

/** @type {Record<string, string>} */
const looks = { equal: "works", "other-server": "works-with-warnings" };

function entry() {
  const { root, details, advice, update } = disclosure();
  const apart = h("dd", {});
  const apartRow = h("div", {}, h("dt", {}, t.tellApart), apart);
  const source = h("dd", { class: "source" });
  const seen = h("p", { class: "hint" }, t.seen);
  advice.prepend(apartRow);
  advice.append(h("div", {}, h("dt", {}, texts.findings.source), source));
  advice.after(seen);
  details.open = true;
  return {
    root,
    /** @param {Entry & { seen: boolean }} e */
    update(e) {
      update({ severity: "info", ...e });
      setText(apart, e.tellApart ?? "");
      apartRow.hidden = !e.tellApart;
      setText(source, [e.id, e.source].filter(Boolean).join(", "));
      seen.hidden = !e.seen;
    },
  };
}

function diffRow() {
  const theirs = h("td", { translate: "no", "data-label": t.theirs });
  const ours = h("td", { translate: "no", "data-label": t.ours });
  const kind = h("td", { class: "hint" });
  const root = h("tr", {}, theirs, ours, kind);
  let shown = "";
  return {
    root,
    /** @param {DiffRow} row */
    update(row) {
      const key = fingerprint(row);
      if (key === shown) return;
      shown = key;
      setAttribute(root, "data-state", row.state);
      theirs.replaceChildren(...marked(row.theirs, row.theirsStart, row.theirsEnd));
      ours.replaceChildren(...marked(row.ours, row.oursStart, row.oursEnd));
      setText(kind, row.state === "differs" ? (t.kinds[row.kind ?? ""] ?? "") : t.states[row.state]);
    },
  };
}

/** @param {string} text @param {number} start @param {number} end */
function marked(text, start, end) {
  if (end <= start) return [text];
  return [text.slice(0, start), h("mark", {}, text.slice(start, end)), text.slice(end)].filter(Boolean);
}
