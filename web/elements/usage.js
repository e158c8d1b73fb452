// Step 3: the code for the chosen client, the files it names, and what the server must be told.
import { h, list, setAttribute, setText, setValue } from "../dom.js";
import { texts } from "../texts.js";
import { codeBlock } from "./code-block.js";
import { neededFile } from "./needed-file.js";
import { segmented } from "./segmented.js";
import { serverTexts } from "./server-texts.js";
import { targetPicker } from "./target-picker.js";

const t = texts.use;

/** @typedef {import("../state.js").State} State */
/** @typedef {import("../contract.d.ts").NeededFile} NeededFile */
/** @typedef {import("../contract.d.ts").Snippet} Snippet */

/**
 * @param {import("../session.js").Session} session
 * @param {(words: string) => void} announce
 */
export function usage(session, announce) {
  const target = targetPicker(session);
  const version = h("select", { id: "version", onchange: () => session.edit("version", version.value) });
  const versionBox = h("div", { class: "field" }, h("label", { for: "version" }, t.version), version);
  const style = segmented(t.style, "style", (value) => session.edit("style", value));

  const legend = h(
    "span",
    { class: "legend hint", "aria-hidden": "true" },
    h("span", { class: "yours" }, t.yours),
    h("mark", { class: "fill" }, t.fill),
  );
  const code = codeBlock(t.code, legend);
  const notes = noteList();
  const also = h("div", { class: "also" });
  const fillAlso = list(also, (/** @type {Snippet} */ one) => one.file, furtherFile);
  const manual = h("a", { rel: "noreferrer", target: "_blank" });
  const since = h("span", {});
  const about = h("p", { class: "about hint" }, since, manual);
  const uri = codeBlock(t.uri);
  const uriPassword = h("p", { class: "hint" }, t.uriPassword);
  const uriBox = h("div", {}, h("h3", {}, t.uri), uri.root, uriPassword);

  const files = h("ul", { class: "needed" });
  const fillFiles = list(files, (/** @type {NeededFile & { at: number, main: boolean }} */ { at }) => String(at), () => neededFile(session, announce));
  const filesBox = h("div", {}, h("h3", {}, t.files), files);
  const onServer = serverTexts(session);

  const body = h(
    "div",
    { class: "use-body", hidden: true },
    h("div", {}, code.root, also, notes.root, about),
    filesBox,
    uriBox,
    onServer.root,
  );
  const waiting = h("div", { class: "skeleton", role: "img", "aria-label": t.waiting });
  let offered = "";

  return {
    root: h(
      "div",
      { class: "use" },
      h(
        "div",
        { class: "use-head" },
        target.root,
        versionBox,
        style.root,
      ),
      waiting,
      body,
    ),
    copyCode: code.copy,
    copyCall: code.copyCall,
    copyCreateUser: onServer.copy,
    focusTarget: target.focus,
    /** @param {State} state */
    update(state) {
      const { form, targets, rendered } = state;
      const chosen = targets.find((one) => one.id === form.target);
      if (offered !== form.target + targets.length) {
        offered = form.target + targets.length;
        version.replaceChildren(...(chosen?.versions ?? []).map((v) => h("option", { value: v }, v)));
      }
      target.update(state);
      setValue(version, form.version);
      versionBox.hidden = (chosen?.versions.length ?? 0) < 2;
      style.update(
        (chosen?.styles ?? []).map((value) => ({ value, label: t.styles[value] ?? value })),
        form.style,
      );
      style.root.hidden = (chosen?.styles.length ?? 0) < 2;

      waiting.hidden = rendered !== null || state.engine === "broken";
      body.hidden = rendered === null;
      if (!rendered) return;
      const { snippet } = rendered;
      // The engine may be busy for long: what is shown is then still what was asked for before.
      setAttribute(body, "aria-busy", state.renderedFor !== form ? "true" : undefined);
      code.update(snippet);
      fillAlso(snippet.also ?? []);
      also.hidden = !snippet.also?.length;
      notes.update(snippet.notes);
      setText(since, chosen?.since && chosen.versions.length < 2 ? t.since(chosen.since) : "");
      setText(manual, chosen ? t.docs(chosen.label) : "");
      setAttribute(manual, "href", chosen?.docs || undefined);
      about.hidden = !chosen?.docs;
      const kinds = new Set([snippet, ...(snippet.also ?? [])].flatMap((one) => one.spans).map((span) => span.kind));
      legend.hidden = !kinds.has("yours") && !kinds.has("fill");
      setAttribute(legend, "data-only", kinds.has("yours") ? (kinds.has("fill") ? undefined : "yours") : "fill");
      uri.update({ file: "", spans: rendered.uri.split(/(?<=[?&])/).map((text) => ({ kind: "part", text })) });
      // Who reads a key store takes no certificate from the string.
      uriBox.hidden = form.style === "uri" || rendered.uri === "" || rendered.files.some((file) => file.form === "pkcs12");
      uriPassword.hidden = form.passwordFrom !== "env" || !rendered.files.some((file) => file.encrypted);
      code.root.classList.toggle("fields", form.target === "compass" || form.target === "vscode");
      onServer.update(state);
      filesBox.hidden = rendered.files.length === 0;
      // The form may be chosen once: for the first file that can be saved.
      const main = rendered.files.findIndex((file) => file.canSave);
      fillFiles(rendered.files.map((file, at) => ({ ...file, at, main: at === main })));
    },
  };
}

function noteList() {
  const root = h("ul", { class: "notes" });
  const fill = list(root, (/** @type {string} */ note) => note, (note) => ({ root: h("li", {}, note), update() {} }));
  return {
    root,
    update(/** @type {string[]} */ notes = []) {
      fill(notes);
      root.hidden = notes.length === 0;
    },
  };
}

/**
 * furtherFile is a file that a program has beside its code: its settings, or what to run.
 *
 * @param {Snippet} first
 */
function furtherFile({ file }) {
  const code = codeBlock(file);
  const notes = noteList();
  return {
    root: h("div", {}, code.root, notes.root),
    /** @param {Snippet} snippet */
    update(snippet) {
      code.update(snippet);
      notes.update(snippet.notes);
    },
  };
}
