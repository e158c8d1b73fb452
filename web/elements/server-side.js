// What the person knows of the server: with it more can be checked. None of it is needed.
import { h, setAttribute, setText, setValue } from "../dom.js";
import { texts } from "../texts.js";
import { setAdvice } from "./advice.js";
import { icon } from "./icons.js";

const t = texts.server;

/** @typedef {import("../contract.d.ts").Problem} Problem */

/** @param {import("../session.js").Session} session */
export function serverSide(session) {
  const version = textInput("server-version", t.versionExample, (serverVersion) => session.describeServer({ serverVersion }));
  const subject = textInput("server-subject", t.subjectExample, (serverSubject) => session.describeServer({ serverSubject }));
  const server = fileInput(t.chooseServer, (file) => session.describeServer({ server: file }));
  const ca = fileInput(t.chooseCA, (file) => session.describeServer({ ca: file }));
  const fields = {
    serverVersion: box("server-version", t.version, version),
    server: box("", t.certificate, server.root),
    serverSubject: box("server-subject", t.subject, subject, t.subjectHint),
    ca: box("", t.ca, ca.root),
  };
  const short = h("span", { class: "facts-short" });
  return {
    root: h(
      "details",
      { class: "plain server" },
      h("summary", {}, t.title, short),
      h("div", { class: "form" }, ...Object.values(fields).map((field) => field.root)),
    ),
    /** @param {import("../state.js").State} state */
    update({ server: known, serverProblem }) {
      setText(short, [known.serverVersion, known.server?.name ?? known.serverSubject, known.ca?.name].filter(Boolean).join(", ") || t.optional);
      setValue(version, known.serverVersion);
      setValue(subject, known.serverSubject);
      server.update(known.server);
      ca.update(known.ca);
      for (const [name, field] of Object.entries(fields)) field.complain(serverProblem?.field === name ? serverProblem : null);
    },
  };
}

/** @param {string} id @param {string} placeholder @param {(value: string) => void} changed */
function textInput(id, placeholder, changed) {
  const input = h("input", { id, type: "text", placeholder, autocomplete: "off", autocapitalize: "off", spellcheck: "false", oninput: () => changed(input.value) });
  return input;
}

/**
 * fileInput takes one file, and shows which.
 *
 * @param {string} label
 * @param {(file: File | null) => void} changed
 */
function fileInput(label, changed) {
  const input = h("input", {
    type: "file",
    class: "unseen",
    tabindex: -1,
    "aria-label": label,
    onchange: () => {
      if (input.files?.[0]) changed(input.files[0]);
      input.value = "";
    },
  });
  const choose = h("button", { type: "button", onclick: () => input.click() }, icon("file"), label);
  const name = h("span", { translate: "no" });
  const remove = h("button", { type: "button", class: "quiet", "aria-label": t.forget(label), onclick: () => (changed(null), choose.focus()) }, icon("close"));
  const chip = h("ul", { class: "kept", hidden: true }, h("li", {}, name, remove));
  return {
    root: h("div", { class: "row" }, choose, input, chip),
    /** @param {File | null} file */
    update(file) {
      chip.hidden = !file;
      choose.hidden = Boolean(file);
      setText(name, file?.name ?? "");
    },
  };
}

/**
 * @param {string} id of the input that the label is for; "" when the control names itself
 * @param {string} words
 * @param {HTMLElement} control
 * @param {string} [hint]
 */
function box(id, words, control, hint = "") {
  const error = h("p", { class: "field-error", id: `error-${id}`, role: "alert", hidden: true });
  const label = id ? h("label", { for: id }, words) : h("h3", {}, words);
  return {
    root: h("div", { class: "field" }, label, control, hint && h("p", { class: "hint" }, hint), error),
    /** @param {Problem | null} problem */
    complain(problem) {
      setAdvice(error, problem ? `${problem.what} ${problem.why} ${problem.fix}` : "");
      error.hidden = !problem;
      if (!id) return;
      setAttribute(control, "aria-invalid", problem ? "true" : undefined);
      setAttribute(control, "aria-describedby", problem ? error.id : undefined);
    },
  };
}
