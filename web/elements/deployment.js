// Step 2: what is being connected to, and where the files will lie.
import { h, list, setAttribute, setText, setValue } from "../dom.js";
import { isSecret, passwordSources, toFragment, topologies } from "../state.js";
import { texts } from "../texts.js";
import { setAdvice } from "./advice.js";
import { copyButton } from "./copy-button.js";
import { deploymentChoice } from "./deployment-choice.js";
import { icon, topologyDrawing } from "./icons.js";
import { pastedURI } from "./pasted-uri.js";
import { secretField } from "./secret-field.js";
import { segmented } from "./segmented.js";
import { serverSide } from "./server-side.js";

const t = texts.deployment;

/** @typedef {import("../contract.d.ts").Form} Form */

/**
 * @param {import("../session.js").Session} session
 * @param {boolean} linkable whether the page's address means something to others
 */
export function deployment(session, linkable) {
  const uri = pastedURI(session);
  const topology = segmented(t.topology, "topology", (value) => session.edit("topology", value), topologyDrawing);
  topology.root.classList.add("topologies");
  const hosts = textField(session, "hosts", "");
  // A whole connection string belongs to its own field, wherever it is pasted.
  hosts.root.addEventListener("paste", (event) => {
    const text = event.clipboardData?.getData("text/plain") ?? "";
    if (!/mongodb(\+srv)?:[\\/]/i.test(text)) return;
    event.preventDefault();
    uri.show(text);
  });
  const replicaSetName = textField(session, "replicaSetName", t.replicaSetName, { placeholder: "rs0" });
  const database = textField(session, "database", t.database, { optional: true });
  const caFile = textField(session, "caFile", t.caFile, { optional: true, placeholder: "/etc/ssl/mongodb-ca.pem", hint: t.caHint });
  const certificateKeyFile = textField(session, "certificateKeyFile", t.certificateKeyFile, { placeholder: "/path/to/client.pem" });
  const passwordFrom = segmented(t.passwordFrom, "passwordFrom", (value) => session.edit("passwordFrom", value));
  const passwordEnv = textField(session, "passwordEnv", t.passwordEnv, { placeholder: "MONGODB_KEY_PASSWORD" });
  const password = secretField(t.password, { oninput: (value) => session.edit("password", value) });
  const passwordBox = field("password", t.password, password.root, { hint: t.passwordHint });
  const withUsername = h("input", { type: "checkbox", onchange: () => session.edit("withUsername", withUsername.checked) });
  const link = copyButton(t.copyLink, () => `${location.origin}${location.pathname}#${toFragment(session.state.form)}`, {
    label: t.copyLink,
    symbol: "link",
  });

  const choice = deploymentChoice(session);
  const kept = keptOptions(session);
  const server = serverSide(session);

  const fields = { hosts, replicaSetName, database, caFile, certificateKeyFile, passwordEnv, password: passwordBox, extra: kept };
  return {
    root: h(
      "div",
      { class: "form" },
      choice.root,
      uri.root,
      topology.root,
      hosts.root,
      h("div", { class: "pair" }, replicaSetName.root, database.root),
      certificateKeyFile.root,
      caFile.root,
      passwordFrom.root,
      passwordEnv.root,
      passwordBox.root,
      kept.root,
      h("label", { class: "check" }, withUsername, h("span", {}, t.withUsername, h("span", { class: "hint" }, t.withUsernameHint))),
      server.root,
      linkable && h("div", { class: "row link-row" }, link.root, h("span", { class: "hint" }, t.linkHint)),
    ),
    pasteURI: uri.toggle,
    showURI: uri.show,
    copyLink: () => linkable && link.copy(),
    /** @param {import("../state.js").State} state */
    update(state) {
      const { form, rendered } = state;
      choice.update(state);
      uri.update(state);
      server.update(state);
      topology.update(
        topologies.map((value) => ({ value, label: t.topologies[value] })),
        form.topology,
      );
      passwordFrom.update(
        passwordSources.map((value) => ({ value, label: t.passwordSources[value] })),
        form.passwordFrom,
      );
      hosts.relabel(t.hosts[form.topology], t.hostsExample[form.topology], t.hostsHint[form.topology]);
      replicaSetName.root.hidden = form.topology !== "replicaSet";
      passwordEnv.root.hidden = form.passwordFrom !== "env";
      passwordBox.root.hidden = form.passwordFrom !== "inline";
      for (const f of [hosts, replicaSetName, database, caFile, certificateKeyFile, passwordEnv]) f.update(form);
      setValue(password.input, form.password);
      withUsername.checked = form.withUsername;
      kept.update(form.extra ?? []);
      for (const [name, f] of Object.entries(fields)) f.complain(rendered?.problems?.find((p) => p.field === name));
    },
  };
}

/**
 * keptOptions shows the options of a pasted string that have no field.
 *
 * @typedef {import("../contract.d.ts").Option} Option
 * @param {import("../session.js").Session} session
 */
function keptOptions(session) {
  const items = h("ul", { class: "kept", "aria-labelledby": "kept-title" });
  const error = h("p", { class: "field-error", hidden: true });
  const fill = list(items, (/** @type {{ at: number, option: Option }} */ { at, option }) => `${at} ${option.name}`, ({ at, option }) => {
    const value = h("span", {});
    const remove = h("button", { type: "button", class: "quiet", "aria-label": texts.uri.drop(option.name), onclick: () => drop(at) }, icon("close"));
    return {
      root: h("li", {}, h("span", { translate: "no" }, option.name, "=", value), remove),
      update: ({ option: now }) => setText(value, isSecret(now.name) ? "•".repeat(8) : now.value),
    };
  });
  const title = h("h3", { id: "kept-title", tabindex: -1 }, texts.uri.kept);
  const root = h("div", { class: "field", hidden: true }, title, items, h("p", { class: "hint" }, texts.uri.keptHint), error);

  /** @param {number} at */
  function drop(at) {
    session.edit("extra", (session.state.form.extra ?? []).filter((_, i) => i !== at));
    title.focus(); // the button is gone
  }

  return {
    root,
    /** @param {Option[]} options */
    update(options) {
      root.hidden = options.length === 0;
      fill(options.map((option, at) => ({ at, option })));
    },
    /** @param {import("../contract.d.ts").Problem | undefined} problem */
    complain(problem) {
      setAdvice(error, problem ? `${problem.what} ${problem.fix}` : "");
      error.hidden = !problem;
    },
  };
}

/**
 * @param {import("../session.js").Session} session
 * @param {keyof Form} name
 * @param {string} label
 * @param {{ placeholder?: string, optional?: boolean, hint?: string }} [look]
 */
function textField(session, name, label, { placeholder, optional, hint } = {}) {
  const input = h("input", {
    type: "text",
    placeholder,
    autocomplete: "off",
    autocapitalize: "off",
    spellcheck: "false",
    oninput: () => session.edit(name, input.value),
  });
  const box = field(name, label, input, { optional, hint });
  return {
    ...box,
    /** @param {string} label @param {string} example @param {string} [hint] */
    relabel(label, example, hint) {
      setText(box.label, label);
      setText(box.hint, hint ?? "");
      setAttribute(input, "placeholder", example);
    },
    /** @param {Form} form */
    update: (form) => setValue(input, String(form[name])),
  };
}

/**
 * field puts a label above, and a hint or what is wrong below an input.
 *
 * @param {string} name
 * @param {string} words
 * @param {HTMLElement} control the input, or what holds it
 * @param {{ optional?: boolean, hint?: string }} look
 */
function field(name, words, control, { optional = false, hint = "" }) {
  const input = control instanceof HTMLInputElement ? control : /** @type {HTMLInputElement} */ (control.querySelector("input"));
  input.id = `field-${name}`;
  const label = h("span", {}, words);
  const help = h("p", { class: "hint", id: `hint-${name}` }, hint);
  const error = h("p", { class: "field-error", id: `error-${name}`, hidden: true });
  const root = h(
    "div",
    { class: "field" },
    h("label", { for: input.id }, label, optional && h("span", { class: "hint" }, ` ${texts.deployment.optional}`)),
    control,
    help,
    error,
  );
  return {
    root,
    label,
    hint: help,
    /** @param {import("../contract.d.ts").Problem | undefined} problem */
    complain(problem) {
      setAdvice(error, problem ? `${problem.what} ${problem.fix}` : "");
      error.hidden = !problem;
      setAttribute(input, "aria-invalid", problem ? "true" : undefined);
      setAttribute(input, "aria-describedby", problem ? error.id : help.textContent ? help.id : undefined);
    },
  };
}
