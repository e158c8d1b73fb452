// What is wrong or worth knowing, worst first, each opening in place; or one green line when there is nothing.
import { h, list, setAttribute, setText } from "../dom.js";
import { texts } from "../texts.js";
import { icon } from "./icons.js";

const t = texts.findings;

/** @typedef {import("../contract.d.ts").Finding} Finding */

export function findings() {
  const items = h("ul", {});
  const fill = list(items, (/** @type {Finding} */ f) => f.id + f.what, finding);
  const checked = h("span", {});
  const clean = h("p", { class: "clean", hidden: true }, icon("check"), h("span", {}, h("strong", {}, t.clean), " ", checked));
  const notes = h("ul", { class: "notes" });
  const fillNotes = list(notes, (/** @type {string} */ note) => note, (note) => ({ root: h("li", {}, note), update() {} }));
  return {
    root: h("section", { class: "findings", "aria-label": t.title }, clean, items, notes),
    /** @param {import("../contract.d.ts").Report} report */
    update({ findings, checked: what, notes: said }) {
      fill(findings);
      items.hidden = findings.length === 0;
      clean.hidden = !what?.length || findings.some((f) => f.severity !== "info");
      setText(checked, what?.length ? `${t.checked} ${what.join(", ")}.` : "");
      fillNotes(said ?? []);
      notes.hidden = !said?.length;
    },
  };
}

function finding() {
  const source = h("dd", {});
  const sourceRow = h("div", {}, h("dt", {}, t.source), source);
  const { root, advice, update } = disclosure();
  advice.append(sourceRow);
  return {
    root,
    update(/** @type {Finding} */ now) {
      update(now);
      setText(source, now.source ?? "");
      setAttribute(sourceRow, "hidden", !now.source);
    },
  };
}

/**
 * disclosure is one line that opens to why and what to do, with room for more rows.
 *
 * @typedef {{ severity: string, what: string, why: string, fix: string }} Advice
 */
export function disclosure() {
  const what = h("span", { class: "what" });
  const why = h("dd", {});
  const fix = h("dd", {});
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
      setText(fix, now.fix);
    },
  };
}
