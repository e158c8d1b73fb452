// The verdict, and what is wrong or worth knowing, worst first, each opening in place.
import { h, list, setAttribute, setText } from "../dom.js";
import { texts } from "../texts.js";
import { setAdvice } from "./advice.js";
import { copyButton } from "./copy-button.js";
import { icon } from "./icons.js";

const t = texts.findings;

/** @typedef {import("../contract.d.ts").Finding} Finding */

/** So many are drawn until more are asked for. */
const PAGE = 12;

/** @param {import("../session.js").Session} session */
export function findings(session) {
  const { root: verdict, update: judge } = verdictLine("verdict");
  const copy = copyButton(t.copyReport, () => session.state.doctor?.report.trimEnd() ?? "", { label: t.copyReport });
  copy.button.title = t.reportHint;
  verdict.append(copy.root);
  const items = h("ul", {});
  const fill = list(items, (/** @type {Finding} */ f) => f.id + f.what, finding);
  let drawn = PAGE;
  /** @type {Finding[]} */
  let all = [];
  const more = h("button", { type: "button", hidden: true, onclick: () => draw(all.length) });
  const bill = cleanBill();
  const notes = h("ul", { class: "notes" });
  const fillNotes = list(notes, (/** @type {string} */ note) => note, (note) => ({ root: h("li", {}, note), update() {} }));

  /** @param {number} count */
  function draw(count) {
    drawn = count;
    fill(all.slice(0, drawn));
    more.hidden = all.length <= drawn;
    setText(more, texts.file.drawMore(all.length - drawn));
  }

  return {
    root: h("section", { class: "findings", "aria-label": t.title }, verdict, items, more, bill.root, notes),
    copyReport: () => session.state.doctor && copy.copy(),
    /** @param {import("../state.js").State} state @param {string} client */
    update({ report, doctor }, client) {
      // Until the whole is examined, what the files alone say is shown.
      const found = doctor?.findings ?? report?.findings ?? [];
      if (found.length === 0 || found[0] !== all[0]) drawn = PAGE;
      all = found;
      verdict.hidden = !doctor;
      if (doctor) judge(doctor.verdict, t.verdicts[doctor.verdict]?.(client) ?? "");
      draw(drawn);
      items.hidden = found.length === 0;
      bill.update(doctor?.checked ?? []);
      fillNotes(report?.notes ?? []);
      notes.hidden = !report?.notes?.length;
    },
  };
}

/**
 * verdictLine is a sign and a sentence: works, works-with-warnings or will-not-work.
 *
 * @param {string} id
 */
export function verdictLine(id) {
  const symbol = h("span", {});
  const words = h("strong", {});
  const root = h("div", { class: "verdict", hidden: true }, h("p", { id, role: "status" }, symbol, words));
  return {
    root,
    /** @param {string} verdict @param {string} text */
    update(verdict, text) {
      if (root.dataset.verdict !== verdict) {
        root.dataset.verdict = verdict;
        const look = { works: "check", "works-with-warnings": "warning" }[verdict] ?? "error";
        symbol.replaceChildren(icon(/** @type {any} */ (look)));
      }
      setText(words, text);
    },
  };
}

/** cleanBill is one line that opens to what was checked and found good. */
export function cleanBill() {
  const count = h("span", {});
  const good = h("ul", { class: "good" });
  const fill = list(good, (/** @type {string} */ what) => what, (what) => ({ root: h("li", {}, icon("check"), what), update() {} }));
  const root = h("details", { class: "plain" }, h("summary", {}, count), good);
  return {
    root,
    /** @param {string[]} checked */
    update(checked) {
      root.hidden = checked.length === 0;
      setText(count, t.checked(checked.length));
      fill(checked);
    },
  };
}

export function finding() {
  const { root, advice, update } = disclosure();
  const rows = [
    { term: t.prints, of: (/** @type {Finding} */ f) => f.error, code: true },
    { term: t.logs, of: (/** @type {Finding} */ f) => f.server, code: true },
    { term: t.source, of: (/** @type {Finding} */ f) => f.source, code: false },
  ].map(({ term, of, code }) => {
    const value = code ? h("code", { translate: "no" }) : h("span", { class: "source" });
    const row = h("div", {}, h("dt", {}, term), h("dd", {}, value));
    advice.append(row);
    return { row, value, of };
  });
  return {
    root,
    update(/** @type {Finding} */ now) {
      update(now);
      for (const { row, value, of } of rows) {
        setText(value, of(now) ?? "");
        setAttribute(row, "hidden", !of(now));
      }
    },
  };
}

/**
 * disclosure is one line that opens to why and what to do, with room for more rows.
 *
 * @typedef {{ severity: string, what: string, why: string, fix: string }} Advice
 */
export function disclosure() {
  // The engine's words are English, whatever language the page's are in.
  const what = h("span", { class: "what", lang: "en" });
  const why = h("dd", { lang: "en" });
  const fix = h("dd", { lang: "en" });
  const symbol = h("span", { class: "severity" });
  const advice = h("dl", {}, h("div", {}, h("dt", {}, t.why), why), h("div", {}, h("dt", {}, t.fix), fix));
  const details = h("details", {}, h("summary", {}, symbol, what), advice);
  const root = h("li", {}, details);
  return {
    root,
    details,
    advice,
    update(/** @type {Advice} */ now) {
      const severity = now.severity === "error" || now.severity === "warning" ? now.severity : "info";
      if (root.dataset.severity !== severity) {
        root.dataset.severity = severity;
        symbol.replaceChildren(icon(severity, t.severity[severity]));
      }
      setText(what, now.what);
      setText(why, now.why);
      setAdvice(fix, now.fix);
    },
  };
}
