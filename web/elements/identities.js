// Which certificate, when several could log in: a few side by side, many as a table to sort and to search.
import { h, list, setAttribute, setText } from "../dom.js";
import { chosenIdentity, validity } from "../state.js";
import { texts } from "../texts.js";
import { icon } from "./icons.js";
import { segmented } from "./segmented.js";
import { date, daysText, SOON } from "./validity.js";

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
    /** @param {import("../contract.d.ts").Report | null} report */
    update(report) {
      const all = report?.identities ?? [];
      const chosen = chosenIdentity(report)?.leaf ?? "";
      root.hidden = all.length < 2;
      setText(legend, t.choose(all.length));
      few.root.hidden = all.length > FEW;
      many.root.hidden = all.length <= FEW;
      few.update(all.length > FEW ? [] : all, chosen);
      many.update(all.length > FEW ? report : null, chosen);
    },
  };
}

/** @param {import("../session.js").Session} session */
function sideBySide(session) {
  const root = h("div", { class: "choices" });
  let chosen = "";
  /** Labels that more than one has: those are told apart by their whole names. @type {Set<string>} */
  let shared = new Set();
  const fill = list(root, (/** @type {Identity} */ i) => i.leaf, (identity) => {
    const radio = radioOf(identity, session);
    const label = h("span", { class: "choice-label", translate: "no" });
    const expiry = h("span", { class: "hint" });
    return {
      root: h("label", {}, radio, label, expiry),
      update(/** @type {Identity} */ now) {
        radio.checked = now.leaf === chosen;
        setText(label, now.label && !shared.has(now.label) ? now.label : nameOf(now));
        setText(expiry, expiryOf(now));
      },
    };
  });
  return {
    root,
    /** @param {Identity[]} all @param {string} leaf */
    update(all, leaf) {
      chosen = leaf;
      shared = new Set(all.map((one) => one.label).filter((one, at, labels) => labels.indexOf(one) !== at));
      fill(all);
    },
  };
}

const letters = new Intl.Collator("en", { numeric: true });

/**
 * A row of the table, with what is asked of it again and again worked out once.
 * @typedef {{ identity: Identity, name: string, file: string, text: string, expires: number }} Row
 */

/** @type {Record<string, (a: Row, b: Row) => number>} */
const orders = {
  name: (a, b) => letters.compare(a.name, b.name),
  expiry: (a, b) => a.expires - b.expires,
  key: (a, b) => Number(b.identity.key !== null) - Number(a.identity.key !== null),
  file: (a, b) => letters.compare(a.file, b.file),
};

/** What can be asked for of many. @type {Record<string, (row: Row) => boolean>} */
const kinds = {
  all: () => true,
  expired: ({ expires }) => expires < Date.now(),
  soon: ({ expires }) => expires >= Date.now() && expires < Date.now() + SOON * 86_400_000,
  noKey: ({ identity }) => identity.key === null,
};

/** @param {import("../session.js").Session} session */
function table(session) {
  /** In the chosen order. @type {Row[]} */
  let rows = [];
  let chosen = "";
  let order = "expiry";
  let down = false;
  let kind = "all";
  let drawn = PAGE;
  /** @type {Identity[] | undefined} */
  let shown;

  const search = h("input", { type: "search", "aria-label": t.search, placeholder: t.search, autocomplete: "off", spellcheck: "false", oninput: () => show(PAGE) });
  /** @type {{ value: string, label: string }[]} */
  let offered = [];
  const filter = segmented(t.show, "identity-kind", (value) => {
    kind = value;
    show(PAGE);
  });
  const heads = Object.keys(orders).map((column) => ({
    column,
    root: h("th", { scope: "col" }, h("button", { type: "button", class: "quiet", onclick: () => sort(column) }, t.columns[column])),
  }));
  const body = h("tbody", {});
  const more = h("button", { type: "button", onclick: () => show(drawn + PAGE) });
  const scroll = h(
    "div",
    { class: "scroll", onscroll: () => void (!more.hidden && scroll.scrollTop + 2 * scroll.clientHeight > scroll.scrollHeight && show(drawn + PAGE)) },
    h("table", {}, h("thead", {}, h("tr", {}, ...heads.map((head) => head.root))), body),
  );
  const root = h("div", { class: "many" }, h("div", { class: "many-head" }, search, filter.root), scroll, more);

  const fill = list(body, (/** @type {Row} */ row) => row.identity.leaf, (row) => {
    const { identity } = row;
    const radio = radioOf(identity, session);
    return {
      root: h(
        "tr",
        {},
        h("td", {}, h("label", {}, radio, h("span", { translate: "no" }, row.name))),
        h("td", { "data-phase": kinds.expired(row) ? "after" : kinds.soon(row) ? "soon" : "within" }, date(identity.notAfter), h("span", { class: "hint" }, ` ${expiryOf(identity)}`)),
        h("td", {}, identity.key === null ? h("span", { class: "refusal" }, t.noKey) : icon("check", t.hasKey)),
        h("td", { class: "hint", translate: "no" }, row.file),
      ),
      update: (/** @type {Row} */ now) => void (radio.checked = now.identity.leaf === chosen),
    };
  });

  /** @param {string} column */
  function sort(column) {
    if (column === order) rows.reverse();
    else rows.sort(orders[column]);
    down = column === order && !down;
    order = column;
    show(PAGE);
  }

  /** @param {number} count */
  function show(count) {
    drawn = count;
    const wanted = search.value.trim().toLowerCase();
    const found = rows.filter((row) => kinds[kind](row) && row.text.includes(wanted));
    fill(found.slice(0, drawn));
    more.hidden = found.length <= drawn;
    setText(more, t.more(found.length - drawn));
    for (const { column, root } of heads) {
      setAttribute(root, "aria-sort", column !== order ? undefined : down ? "descending" : "ascending");
    }
    filter.update(offered, kind);
  }

  return {
    root,
    /** @param {import("../contract.d.ts").Report | null} report @param {string} leaf */
    update(report, leaf) {
      chosen = leaf;
      // Another choice among the same certificates leaves their order and their counts.
      if (report && report.identities === shown) return show(drawn);
      shown = report?.identities;
      const names = new Map(report?.files.map((file) => [file.id, file.name]));
      const files = new Map(report?.certificates.map((c) => [c.sha256, names.get(c.file) ?? ""]));
      rows = (report?.identities ?? []).map((identity) => {
        const [name, file] = [nameOf(identity), files.get(identity.leaf) ?? ""];
        return { identity, name, file, text: `${name}\n${file}`.toLowerCase(), expires: Date.parse(identity.notAfter) };
      });
      rows.sort(orders[order]);
      if (down) rows.reverse();
      if (rows.length === 0) {
        search.value = "";
        kind = "all";
      }
      offered = Object.entries(kinds)
        .map(([value, is]) => ({ value, count: rows.filter(is).length }))
        .filter(({ value, count }) => value === "all" || value === kind || count > 0)
        .map(({ value, count }) => ({ value, label: t.kinds[value](count) }));
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
