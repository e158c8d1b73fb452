// A certificate that came back from an authority, beside the request for it.
import { h, list, setText } from "../dom.js";
import { certificateOf } from "../state.js";
import { texts } from "../texts.js";
import { cleanBill, finding, verdictLine } from "./findings.js";

const t = texts.reply;

export function replyToRequest() {
  const { root: verdict, update: judge } = verdictLine("reply-verdict");
  verdict.hidden = false;
  const asked = h("span", { translate: "no" });
  const has = h("span", { translate: "no" });
  const names = h("dl", { class: "others" }, h("div", {}, h("dt", {}, t.asked), h("dd", {}, asked)), h("div", {}, h("dt", {}, t.has), h("dd", {}, has)));
  const items = h("ul", {});
  const fill = list(items, (/** @type {import("../contract.d.ts").Finding} */ f) => f.id, finding);
  const bill = cleanBill();
  const root = h("section", { class: "findings reply", "aria-labelledby": "reply-title", hidden: true }, h("h3", { id: "reply-title" }, t.title), verdict, names, items, bill.root);
  return {
    root,
    /** @param {import("../state.js").State} state */
    update({ reply, report }) {
      root.hidden = !reply;
      if (!reply || !report) return;
      const { certificate, findings } = reply;
      const name = certificateOf(report, certificate)?.username ?? "";
      judge(reply.verdict, t.verdicts[reply.verdict] ?? "");
      setText(asked, reply.asked);
      setText(has, name);
      // Where they are the same, and the name stands above, there is nothing to compare.
      names.hidden = name === reply.asked && certificate === report.identity;
      fill(findings);
      items.hidden = findings.length === 0;
      bill.update(reply.checked);
    },
  };
}
