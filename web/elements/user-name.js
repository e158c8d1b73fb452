// The user name, the largest thing on the page: what the server will call whoever holds this certificate.
import { h, list, setText } from "../dom.js";
import { splitName } from "../state.js";
import { texts } from "../texts.js";
import { copyButton } from "./copy-button.js";

const t = texts.name;

/** @param {import("../session.js").Session} session */
export function userName(session) {
  const title = h("h3", { tabindex: -1, class: "name-title" }, t.title);
  const name = h("p", { class: "name", translate: "no" });
  const from = h("p", { class: "hint" }, t.from);
  const copy = copyButton(t.title, () => session.state.report?.username ?? "");

  const others = h("dl", { class: "others" });
  const otherNames = h("details", { class: "plain", hidden: true }, h("summary", {}, t.others), others);
  const fillOthers = list(others, (/** @type {import("../contract.d.ts").OtherName} */ other) => other.where, otherName);

  let shown = "";
  const root = h("div", { class: "hero" }, h("div", { class: "hero-head" }, title, copy.root), name, from, otherNames);
  return {
    root,
    copy: () => session.state.report?.username && copy.copy(),
    focus: () => title.focus(),
    /** @param {import("../contract.d.ts").Report} report */
    update(report) {
      const { username, usernameRefusal } = report;
      const text = username ?? usernameRefusal ?? "";
      setText(title, username === null ? t.refused : t.title);
      root.classList.toggle("refused", username === null);
      name.classList.toggle("refusal", username === null);
      name.classList.toggle("long", text.length > 90);
      if (shown !== text) {
        shown = text;
        name.replaceChildren(...(username === null ? [text] : pieces(username)));
      }
      from.hidden = username === null;
      copy.root.hidden = username === null;

      otherNames.hidden = !report.otherNames?.length;
      fillOthers(report.otherNames ?? []);
    },
  };
}

/**
 * pieces marks the attribute types, and lets the line break after a separator. The text stays exactly the name.
 *
 * @param {string} username
 */
function pieces(username) {
  return splitName(username).flatMap(({ type, value, separator }) => [
    h("span", { class: "attribute" }, h("span", { class: "type" }, type), value, separator && h("span", { class: "type" }, separator)),
    h("wbr"),
  ]);
}

function otherName() {
  const where = h("dt", {});
  const words = h("span", { translate: "no" });
  let current = "";
  const copy = copyButton(t.title, () => current);
  return {
    root: h("div", {}, where, h("dd", {}, words, copy.root)),
    update(/** @type {import("../contract.d.ts").OtherName} */ other) {
      current = other.name ?? "";
      setText(where, other.where);
      setText(words, other.name ?? other.refusal ?? "");
      words.classList.toggle("refusal", other.name === undefined);
      copy.root.hidden = other.name === undefined;
    },
  };
}
