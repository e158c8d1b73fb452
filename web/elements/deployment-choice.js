// Which of the deployments that the page's owner offers.
import { h, setText, setValue } from "../dom.js";
import { texts } from "../texts.js";

/** @param {import("../session.js").Session} session */
export function deploymentChoice(session) {
  const select = h("select", { id: "pinned", onchange: () => session.pin(Number(select.value)) });
  const only = h("strong", {});
  const root = h("div", { class: "field", hidden: true }, h("label", { for: "pinned" }, texts.deployment.pinned), select, only);
  /** @type {import("../deployments.js").Deployment[]} */
  let offered = [];
  return {
    root,
    /** @param {import("../state.js").State} state */
    update({ pinned }) {
      const { all, chosen } = pinned;
      root.hidden = all.length === 0;
      select.hidden = all.length === 1;
      only.hidden = !select.hidden;
      if (offered !== all) select.replaceChildren(...all.map(({ name }, at) => h("option", { value: String(at) }, name)));
      offered = all;
      setText(only, all.length === 1 ? all[0].name : "");
      setValue(select, String(chosen));
    },
  };
}
