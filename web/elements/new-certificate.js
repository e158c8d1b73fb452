// For those who have no certificate, or one that ends soon: a request for an authority to sign, or a kit to try everything with.
import { h, list, setText } from "../dom.js";
import { chosenKey } from "../state.js";
import { texts } from "../texts.js";
import { download } from "./download.js";
import { icon } from "./icons.js";
import { secretField } from "./secret-field.js";

const t = texts.newCertificate;

/** What a new key can be; those of contract.CSRForm. */
const keyTypes = ["ec-p256", "ec-p384", "rsa-2048", "rsa-3072", "rsa-4096", "ed25519"];

/**
 * @param {import("../session.js").Session} session
 * @param {(words: string) => void} announce
 */
export function newCertificate(session, announce) {
  return { root: h("div", { class: "new-certificate" }, request(session, announce), kit(session, announce)) };
}

/** @param {import("../session.js").Session} session @param {(words: string) => void} announce */
function request(session, announce) {
  const subject = h("input", { id: "csr-subject", type: "text", placeholder: t.subjectExample, autocomplete: "off", autocapitalize: "off", spellcheck: "false", "aria-describedby": "csr-hint" });
  const names = h("input", { id: "csr-names", type: "text", autocomplete: "off", autocapitalize: "off", spellcheck: "false" });
  const key = h("select", { id: "csr-key", onchange: () => void (password.root.hidden = key.value === "") }, ...keyTypes.map((type) => h("option", { value: type }, t.keyTypes[type])), h("option", { value: "" }, t.sameKey));
  const password = secretField(t.password, { placeholder: t.password });
  const { root: result, show, fail } = outcome();

  async function make() {
    if (key.value === "" && !chosenKey(session.state.report)) return fail({ what: t.noKey, fix: t.noKeyFix });
    const altNames = names.value.split(/[\s,]+/).filter(Boolean);
    const answer = await session.request({ subject: subject.value, keyType: key.value, altNames }, key.value ? password.input.value : "");
    if (!answer) return;
    const { response, files } = answer;
    if (!response.saved) return fail(response.error ?? texts.engine.bug);
    const saved = [response.saved.name, response.saved.beside ?? ""].slice(0, files.length);
    files.forEach((bytes, i) => download(saved[i], bytes));
    announce(texts.use.saved(saved.join(", ")));
    show(t.made(saved.join(", ")), [...(response.csr?.username ? [t.willBe(response.csr.username)] : []), t.send, ...(response.saved.warnings ?? [])]);
  }

  return h(
    "section",
    { "aria-labelledby": "csr-title" },
    h("h3", { id: "csr-title" }, t.request),
    h("div", { class: "field" }, h("label", { for: "csr-subject" }, t.subject), subject, h("p", { class: "hint", id: "csr-hint" }, t.subjectHint)),
    h(
      "div",
      { class: "pair" },
      h("div", { class: "field" }, h("label", { for: "csr-key" }, t.key), key),
      h("div", { class: "field" }, h("label", { for: "csr-names" }, t.names, h("span", { class: "hint" }, ` ${texts.deployment.optional}`)), names),
    ),
    h("div", { class: "row" }, password.root, h("button", { type: "button", onclick: make }, icon("save"), t.make)),
    result,
  );
}

/** @param {import("../session.js").Session} session @param {(words: string) => void} announce */
function kit(session, announce) {
  const hosts = h("input", { id: "kit-hosts", type: "text", placeholder: "localhost, 127.0.0.1", autocomplete: "off", autocapitalize: "off", spellcheck: "false" });
  const { root: result, show, fail } = outcome();

  async function make() {
    const answer = await session.ask({ op: "testKit", to: "zip", kit: { hosts: hosts.value.split(/[\s,]+/).filter(Boolean), folder: "" } });
    if (!answer) return;
    const { response, files } = answer;
    if (!response.kit || !response.saved) return fail(response.error ?? texts.engine.bug);
    download(response.saved.name, files[0]);
    announce(texts.use.saved(response.saved.name));
    show(t.made(response.saved.name), [t.kitUser(response.kit.username), t.kitPassword(response.kit.password), ...response.kit.files.filter((file) => !file.name.includes("/")).map((file) => `${file.name}: ${file.what}`), t.kitSnippets]);
  }

  return h(
    "section",
    { "aria-labelledby": "kit-title" },
    h("h3", { id: "kit-title" }, t.kit),
    h("p", { class: "hint" }, t.kitHint),
    h("div", { class: "field" }, h("label", { for: "kit-hosts" }, t.kitHosts), hosts),
    h("div", { class: "row" }, h("button", { type: "button", onclick: make }, icon("save"), t.makeKit)),
    result,
  );
}

/** outcome is a place for what came of it: what was made, or why not. */
function outcome() {
  const head = h("p", { role: "status" });
  const error = h("p", { class: "field-error", role: "alert" });
  const lines = h("ul", { class: "notes" });
  const fill = list(lines, (/** @type {string} */ text) => text, (text) => ({ root: h("li", {}, text), update() {} }));
  return {
    root: h("div", { class: "outcome" }, head, error, lines),
    /** @param {string} words @param {string[]} more */
    show(words, more) {
      setText(head, words);
      setText(error, "");
      fill(more);
    },
    /** @param {{ what: string, fix: string }} problem */
    fail({ what, fix }) {
      setText(head, "");
      setText(error, `${what} ${fix}`);
      fill([]);
    },
  };
}
