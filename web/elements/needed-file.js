// A file that the snippet names: saved in the form that the chosen client reads, or in another; and how to do the same in a shell.
import { fingerprint, h, list, setAttribute, setText, setValue } from "../dom.js";
import { chosenIdentity, chosenKey } from "../state.js";
import { texts } from "../texts.js";
import { setAdvice } from "./advice.js";
import { codeBlock } from "./code-block.js";
import { download } from "./download.js";
import { icon } from "./icons.js";
import { secretField } from "./secret-field.js";

const t = texts.use;

/** @typedef {import("../contract.d.ts").NeededFile} NeededFile */
/** @typedef {import("../contract.d.ts").FileForm} FileForm */

/**
 * @param {import("../session.js").Session} session
 * @param {(words: string) => void} announce
 */
export function neededFile(session, announce) {
  const path = h("span", { class: "file-name", translate: "no" });
  const description = h("span", { class: "hint" });
  const hint = h("p", { class: "hint" });
  const error = h("p", { class: "field-error", role: "alert" });
  const form = h("select", { "aria-label": t.fileForm, onchange: () => ((picked = form.value === asRead ? "" : form.value), show()) });
  const password = secretField(t.newPassword, { onenter: save, oninput: () => setText(error, ""), placeholder: t.newPassword });
  const alias = h("input", { type: "text", "aria-label": t.alias, placeholder: t.alias, autocomplete: "off", autocapitalize: "off", spellcheck: "false" });
  const button = h("button", { type: "button", onclick: save }, icon("save"), t.save);
  const warnings = h("ul", { class: "notes" });
  const fillWarnings = list(warnings, (/** @type {string} */ text) => text, (text) => ({ root: h("li", {}, text), update() {} }));
  const commands = codeBlock(t.commands);
  const shell = h("details", { class: "plain" }, h("summary", {}, t.commands), commands.root);
  const outcome = h("p", { class: "saved" });
  const done = h("div", { class: "needed-done", hidden: true }, outcome, warnings, shell);
  const root = h(
    "li",
    {},
    h("div", { class: "needed-words" }, icon("file"), h("div", {}, path, description)),
    h("div", { class: "needed-save" }, form, hint, password.root, alias, button),
    error,
    done,
  );
  /** @type {NeededFile & { main: boolean }} */
  let now;
  /** The form that was chosen in place of the client's own, "" for that one. */
  let picked = "";
  let asRead = "";
  let offered = "";
  /** The forms that the choice lists. @type {FileForm[]} */
  let listed = [];

  /** @returns {FileForm | undefined} */
  const chosen = () => session.state.forms.find((one) => one.id === (picked || asRead));

  async function save() {
    if (!now.canSave) return;
    const { passwordFrom, password: inline } = session.state.form;
    const asks = !password.root.hidden;
    const newPassword = asks ? password.input.value : chosen()?.takesPassword && passwordFrom === "inline" ? inline : "";
    if (asks && passwordFrom === "env" && newPassword === "") {
      setText(error, t.newPasswordMissing);
      password.input.focus();
      return;
    }
    const result = await session.save(picked || asRead, newPassword, alias.hidden ? undefined : alias.value.trim());
    if (!result) return;
    setAdvice(error, "files" in result ? "" : `${result.what} ${result.fix}`);
    done.hidden = !("files" in result);
    if (!("files" in result)) return;
    const { saved, files } = result;
    const names = [saved.name, saved.beside ?? ""].slice(0, files.length);
    files.forEach((bytes, i) => download(names[i], bytes));
    const words = t.saved(names.join(", "));
    announce(words);
    outcome.replaceChildren(icon("check"), words);
    fillWarnings(saved.warnings ?? []);
    commands.update({ file: "", spans: [{ text: saved.commands?.join("\n") ?? "" }] });
    shell.hidden = !saved.commands?.length;
  }

  function show() {
    const { passwordFrom, passwordEnv, caFile } = session.state.form;
    const kind = chosen();
    const takes = kind ? kind.takesPassword : now.encrypted;
    const asks = now.canSave && takes && passwordFrom !== "inline" && (passwordFrom === "env" || Boolean(kind?.needsPassword));
    password.root.hidden = !asks;
    if (!asks) password.input.value = "";
    // Who looks for another form may want another name in it too.
    alias.hidden = !now.canSave || !kind?.needsPassword || picked === "";
    button.hidden = !now.canSave;
    form.hidden = !now.canSave || !now.main || session.state.forms.length === 0;
    setAttribute(button, "aria-label", t.saveNamed(picked ? `${now.name}, ${kind?.label}` : now.name));
    const plain = kind?.needsPassword ? t.saveEmpty : t.savePlain;
    const saying = { none: plain, inline: t.saveInline, env: t.newPasswordHint(passwordEnv || "MONGODB_KEY_PASSWORD") };
    const why = now.path === caFile.trim() ? "" : whyNot(session.state.report);
    setText(hint, !now.canSave ? why : takes ? (saying[/** @type {keyof typeof saying} */ (passwordFrom)] ?? "") : kind?.secret ? t.savePlain : "");
    setValue(form, picked || asRead);
  }

  return {
    root,
    update(/** @type {NeededFile & { main: boolean }} */ file) {
      const { forms, form: choices } = session.state;
      const key = fingerprint([choices.target, file.form, file.path, session.state.report?.identity]);
      if (key !== offered) {
        // Another client, another file: what was chosen and said of the one before does not count.
        offered = key;
        picked = "";
        listed = [];
        done.hidden = true;
      }
      now = file;
      asRead = file.form;
      setText(path, file.path);
      setText(description, file.description);
      if (listed !== forms) {
        listed = forms;
        form.replaceChildren(...forms.map((one) => h("option", { value: one.id, disabled: !one.fits }, one.id === asRead ? t.asRead(one.label) : one.label)));
      }
      show();
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
