// Which certificate, when several could log in: a few side by side, many as a table to sort and to search.
import { h, list, setAttribute, setText } from "../dom.js";
import { chosenIdentity, validity } from "../state.js";
import { texts } from "../texts.js";
import { icon } from "./icons.js";
import { date, daysText } from "./validity.js";

const t = texts.identities;

/** Up to this many certificates are offered side by side. */
const FEW = 8;
/** So many rows of the table are drawn at once. */
const PAGE = 100;

/** @typedef {import("../contract.d.ts").Identity} Identity */

/** @param {import("../session.js").Session} session */
export function identities(session) {
  const legend = h("legend", {});
  const few = sideBySide(session);
  const many = table(session);
  const root = h("fieldset", { class: "chooser", hidden: true }, legend, few.root, many.root);
  return {
    root,
    /** @param {import("../contract.d.ts").Report} report */
    update(report) {
      const all = report.identities;
      const chosen = chosenIdentity(report)?.leaf ?? "";
      root.hidden = all.length < 2;
      setText(legend, t.choose(all.length));
      few.root.hidden = all.length > FEW;
      many.root.hidden = all.length <= FEW;
      few.update(all.length > FEW ? [] : all, chosen);
      many.update(all.length > FEW ? all : [], chosen);
    },
  };
}

/** @param {import("../session.js").Session} session */
function sideBySide(session) {
  const root = h("div", { class: "choices" });
  let chosen = "";
  const fill = list(root, (/** @type {Identity} */ i) => i.leaf, (identity) => {
    const radio = radioOf(identity, session);
    const label = h("span", { class: "choice-label", translate: "no" });
    const expiry = h("span", { class: "hint" });
    return {
      root: h("label", {}, radio, label, expiry),
      update(/** @type {Identity} */ now) {
        radio.checked = now.leaf === chosen;
        setText(label, now.label || nameOf(now));
        setText(expiry, expiryOf(now));
      },
    };
  });
  return {
    root,
    /** @param {Identity[]} all @param {string} leaf */
    update(all, leaf) {
      chosen = leaf;
      fill(all);
    },
  };
}

const letters = new Intl.Collator("en", { numeric: true });

/** @type {Record<string, (a: Identity, b: Identity) => number>} */
const orders = {
  name: (a, b) => letters.compare(nameOf(a), nameOf(b)),
  expiry: (a, b) => Date.parse(a.notAfter) - Date.parse(b.notAfter),
  key: (a, b) => Number(b.key !== null) - Number(a.key !== null),
};

/** @param {import("../session.js").Session} session */
function table(session) {
  /** @type {Identity[]} */
  let all = [];
  let chosen = "";
  let order = "expiry";
  let down = false;
  let drawn = PAGE;

  const search = h("input", { type: "search", "aria-label": t.search, placeholder: t.search, autocomplete: "off", spellcheck: "false", oninput: () => show(PAGE) });
  const heads = Object.keys(orders).map((column) => ({
    column,
    root: h("th", { scope: "col" }, h("button", { type: "button", class: "quiet", onclick: () => sort(column) }, t.columns[column])),
  }));
  const body = h("tbody", {});
  const more = h("button", { type: "button", onclick: () => show(drawn + PAGE) });
  const root = h("div", { class: "many" }, search, h("div", { class: "scroll" }, h("table", {}, h("thead", {}, h("tr", {}, ...heads.map((head) => head.root))), body)), more);

  const fill = list(body, (/** @type {Identity} */ i) => i.leaf, (identity) => {
    const radio = radioOf(identity, session);
    const key = identity.key === null ? h("span", { class: "refusal" }, t.noKey) : icon("check", t.hasKey);
    return {
      root: h(
        "tr",
        {},
        h("td", {}, h("label", {}, radio, h("span", { translate: "no" }, nameOf(identity)))),
        h("td", {}, date(identity.notAfter), h("span", { class: "hint" }, ` ${expiryOf(identity)}`)),
        h("td", {}, key),
      ),
      update: (/** @type {Identity} */ now) => void (radio.checked = now.leaf === chosen),
    };
  });

  /** @param {string} column */
  function sort(column) {
    down = column === order && !down;
    order = column;
    show(PAGE);
  }

  /** @param {number} rows */
  function show(rows) {
    drawn = rows;
    const wanted = search.value.trim().toLowerCase();
    const found = wanted ? all.filter((i) => nameOf(i).toLowerCase().includes(wanted)) : [...all];
    found.sort(orders[order]);
    if (down) found.reverse();
    fill(found.slice(0, drawn));
    more.hidden = found.length <= drawn;
    setText(more, t.more(found.length - drawn));
    for (const { column, root } of heads) {
      setAttribute(root, "aria-sort", column !== order ? undefined : down ? "descending" : "ascending");
    }
  }

  return {
    root,
    /** @param {Identity[]} now @param {string} leaf */
    update(now, leaf) {
      all = now;
      chosen = leaf;
      if (all.length === 0) search.value = "";
      show(drawn);
    },
  };
}

/** @param {Identity} identity @param {import("../session.js").Session} session */
function radioOf({ leaf }, session) {
  return h("input", { type: "radio", name: "identity", onchange: () => session.choose(leaf) });
}

/** @param {Identity} identity */
function nameOf({ username, label, leaf }) {
  return username ?? (label || leaf.slice(0, 16));
}

/** @param {Identity} identity */
function expiryOf({ notAfter }) {
  return daysText(validity(notAfter, notAfter, Date.now()), true);
}
