// Step 3: the code for the chosen client, the files it names, and what the server must be told.
import { h, list, setAttribute, setText, setValue } from "../dom.js";
import { chosenIdentity, chosenKey } from "../state.js";
import { texts } from "../texts.js";
import { codeBlock } from "./code-block.js";
import { icon } from "./icons.js";
import { secretField } from "./secret-field.js";
import { segmented } from "./segmented.js";

const t = texts.use;

/** @typedef {import("../state.js").State} State */
/** @typedef {import("../contract.d.ts").NeededFile} NeededFile */

/**
 * @param {import("../session.js").Session} session
 * @param {(words: string) => void} announce
 */
export function usage(session, announce) {
  const target = h("select", { id: "target", onchange: () => session.edit("target", target.value) });
  const version = h("select", { id: "version", onchange: () => session.edit("version", version.value) });
  const versionBox = h("div", { class: "field" }, h("label", { for: "version" }, t.version), version);
  const style = segmented(t.style, "style", (value) => session.edit("style", value));

  const code = codeBlock(t.code);
  const legend = h(
    "p",
    { class: "legend hint", "aria-hidden": "true" },
    h("span", { class: "yours" }, t.yours),
    h("mark", { class: "fill" }, t.fill),
  );
  const notes = h("ul", { class: "notes" });
  const fillNotes = list(notes, (/** @type {string} */ note) => note, (note) => ({ root: h("li", {}, note), update() {} }));
  const uri = codeBlock(t.uri);
  const uriBox = h("div", {}, h("h3", {}, t.uri), uri.root);

  const files = h("ul", { class: "needed" });
  const fillFiles = list(files, (/** @type {NeededFile & { at: number }} */ { at }) => String(at), () => neededFile(session, announce));
  const filesBox = h("div", {}, h("h3", {}, t.files), files);
  const createUser = codeBlock(t.createUser);
  const createNotes = h("ul", { class: "notes" });
  const fillCreateNotes = list(createNotes, (/** @type {string} */ note) => note, (note) => ({ root: h("li", {}, note), update() {} }));

  const body = h(
    "div",
    { class: "use-body", hidden: true },
    h("div", {}, code.root, legend, notes),
    filesBox,
    uriBox,
    h("div", {}, h("h3", {}, t.createUser), createUser.root, createNotes),
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
        h("div", { class: "field grow" }, h("label", { for: "target" }, t.target), target),
        versionBox,
        style.root,
      ),
      waiting,
      body,
    ),
    copyCode: code.copy,
    copyCreateUser: createUser.copy,
    focusTarget: () => target.focus(),
    /** @param {State} state */
    update(state) {
      const { form, targets, rendered } = state;
      const chosen = targets.find((one) => one.id === form.target);
      if (offered !== form.target + targets.length) {
        offered = form.target + targets.length;
        target.replaceChildren(...groups(targets));
        version.replaceChildren(...(chosen?.versions ?? []).map((v) => h("option", { value: v }, v)));
      }
      setValue(target, form.target);
      target.disabled = targets.length === 0;
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
      code.update(snippet.file, snippet.spans);
      fillNotes(snippet.notes ?? []);
      notes.hidden = !snippet.notes?.length;
      const kinds = new Set(snippet.spans.map((span) => span.kind));
      legend.hidden = !kinds.has("yours") && !kinds.has("fill");
      setAttribute(legend, "data-only", kinds.has("yours") ? (kinds.has("fill") ? undefined : "yours") : "fill");
      uri.update("", rendered.uri.split(/(?<=[?&])/).map((text) => ({ kind: "part", text })));
      uriBox.hidden = form.style === "uri" || rendered.uri === "";
      createUser.update(rendered.createUser.file, rendered.createUser.spans);
      fillCreateNotes(rendered.createUser.notes ?? []);
      createNotes.hidden = !rendered.createUser.notes?.length;
      filesBox.hidden = rendered.files.length === 0;
      fillFiles(rendered.files.map((file, at) => ({ ...file, at })));
    },
  };
}

/** @param {import("../contract.d.ts").Target[]} targets */
function groups(targets) {
  const languages = [...new Set(targets.map((one) => one.language))];
  return languages.map((language) =>
    h(
      "optgroup",
      { label: t.languages[language] ?? language },
      ...targets.filter((one) => one.language === language).map((one) => h("option", { value: one.id }, one.label)),
    ),
  );
}

/**
 * @param {import("../session.js").Session} session
 * @param {(words: string) => void} announce
 */
function neededFile(session, announce) {
  const path = h("span", { class: "file-name", translate: "no" });
  const description = h("span", { class: "hint" });
  const hint = h("p", { class: "hint" });
  const error = h("p", { class: "field-error", role: "alert" });
  const password = secretField(t.newPassword, { onenter: save, oninput: () => setText(error, "") });
  const button = h("button", { type: "button", onclick: save }, icon("save"), t.save);
  const root = h(
    "li",
    {},
    h("div", { class: "needed-words" }, icon("file"), h("div", {}, path, description)),
    h("div", { class: "needed-save" }, hint, password.root, button),
    error,
  );
  let canSave = false;

  async function save() {
    if (!canSave) return;
    const { passwordFrom, password: inline } = session.state.form;
    const newPassword = passwordFrom === "env" ? password.input.value : passwordFrom === "inline" ? inline : "";
    if (passwordFrom !== "none" && newPassword === "") {
      setText(error, t.newPasswordMissing);
      password.input.focus();
      return;
    }
    const saved = await session.save(newPassword);
    if (!saved) return;
    if ("bytes" in saved) {
      download(saved.name, saved.bytes);
      announce(t.saved(saved.name));
      setText(error, "");
    } else {
      setText(error, `${saved.what} ${saved.fix}`);
    }
  }

  return {
    root,
    update(/** @type {NeededFile} */ file) {
      const { passwordFrom, passwordEnv, caFile } = session.state.form;
      canSave = file.canSave;
      setText(path, file.path);
      setText(description, file.description);
      password.root.hidden = !canSave || passwordFrom !== "env";
      button.hidden = !canSave;
      setAttribute(button, "aria-label", t.saveNamed(file.name));
      const saying = { none: t.savePlain, inline: t.saveInline, env: t.newPasswordHint(passwordEnv || "MONGODB_KEY_PASSWORD") };
      const why = file.path === caFile.trim() ? "" : whyNot(session.state.report);
      setText(hint, canSave ? (saying[/** @type {keyof typeof saying} */ (passwordFrom)] ?? "") : why);
      if (passwordFrom !== "env") password.input.value = "";
    },
  };
}

/**
 * whyNot says what is missing for the file with the certificate and its key.
 *
 * @param {import("../contract.d.ts").Report | null} report
 */
function whyNot(report) {
  if (!chosenIdentity(report)) return report?.files.some((file) => file.state === "locked") ? t.lockedFile : t.noCertificate;
  const key = chosenKey(report);
  if (!key) return report?.keys.some((one) => one.locked) ? t.lockedKey : t.noKey;
  return key.locked ? t.lockedKey : "";
}

/**
 * @param {string} name
 * @param {Uint8Array<ArrayBuffer>} bytes
 */
function download(name, bytes) {
  const url = URL.createObjectURL(new Blob([bytes], { type: "application/octet-stream" }));
  bytes.fill(0); // the Blob has its own copy
  h("a", { href: url, download: name }).click();
  // A browser may still be reading when click returns.
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}
