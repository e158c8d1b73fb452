// Where files come in: dropped, chosen, pasted, or a sample; and how to check that they go nowhere.
import { h, setAttribute, setText } from "../dom.js";
import { texts } from "../texts.js";
import { icon } from "./icons.js";

const t = texts.drop;

/** How many files of a dropped folder are opened. */
const MAX_FROM_FOLDER = 1000;

/** @param {import("../session.js").Session} session */
export function dropZone(session) {
  let pasted = 0;
  const input = h("input", {
    type: "file",
    multiple: true,
    class: "unseen",
    tabindex: -1,
    "aria-label": t.choose,
    onchange: () => {
      session.add([...(input.files ?? [])]);
      input.value = ""; // the same file may be chosen again
    },
  });
  const folderInput = h("input", {
    type: "file",
    webkitdirectory: true,
    class: "unseen",
    tabindex: -1,
    "aria-label": t.folder,
    onchange: () => {
      const all = [...(folderInput.files ?? [])].filter((file) => !/(^|\/)\./.test(file.webkitRelativePath));
      session.add(all.slice(0, MAX_FROM_FOLDER), all.length > MAX_FROM_FOLDER ? folderCut() : undefined);
      folderInput.value = "";
    },
  });
  const folder = h("button", { type: "button", onclick: () => folderInput.click() }, icon("folder"), t.folder);
  const chooseWord = h("span", {}, t.choose);
  const choose = h("button", { type: "button", class: "primary", onclick: () => input.click() }, chooseWord);
  const pasteButton = h("button", { type: "button", "aria-expanded": "false", "aria-controls": "paste", onclick: () => showPaste(Boolean(area.hidden)) }, icon("paste"), t.paste);
  const sample = h("button", { type: "button", onclick: () => session.sample() }, icon("sample"), t.sample);

  const text = h("textarea", { id: "paste-text", rows: 6, spellcheck: "false", autocomplete: "off", placeholder: "-----BEGIN CERTIFICATE-----" });
  const empty = h("p", { class: "field-error", role: "alert" });
  const area = h(
    "div",
    { id: "paste", class: "paste", hidden: true },
    h("label", { for: "paste-text" }, t.pasteLabel),
    text,
    empty,
    h(
      "div",
      { class: "row" },
      h("button", { type: "button", class: "primary", onclick: openText }, t.pasteOpen),
      h("button", { type: "button", onclick: () => showPaste(false) }, t.pasteCancel),
    ),
  );

  const title = h("p", { class: "drop-title" }, t.title);
  const root = h(
    "div",
    { class: "drop" },
    h("div", { class: "drop-words", onclick: () => input.click() }, icon("drop"), h("div", {}, title, h("p", { class: "hint" }, t.kinds))),
    h("div", { class: "row" }, choose, folder, pasteButton, sample, input, folderInput),
    area,
  );

  /** @param {boolean} open */
  function showPaste(open) {
    area.hidden = !open;
    setAttribute(pasteButton, "aria-expanded", String(open));
    setText(empty, "");
    if (open) text.focus();
    else {
      if (area.contains(/** @type {ShadowRoot} */ (area.getRootNode()).activeElement)) pasteButton.focus();
      text.value = "";
    }
  }

  function openText() {
    if (text.value.trim() === "") {
      setText(empty, t.pasteEmpty);
      text.focus();
      return;
    }
    paste(text.value);
    showPaste(false);
  }

  /** @param {string} content */
  function paste(content) {
    session.add([new File([content], t.pastedName(++pasted), { type: "text/plain" })]);
  }

  return {
    root,
    choose: () => input.click(),
    chooseFolder: () => folderInput.click(),
    focus: () => choose.focus(),
    showPaste,
    paste,
    /** @param {import("../state.js").State} state */
    update(state) {
      const some = state.waiting.length > 0 || (state.report?.files.length ?? 0) > 0;
      root.classList.toggle("compact", some);
      root.classList.toggle("no-engine", state.engine === "broken");
      setText(chooseWord, some ? t.more : t.choose);
      choose.classList.toggle("primary", !some);
      sample.hidden = some;
      folder.hidden = some || !("webkitdirectory" in folderInput); // phones have no folders to choose
    },
  };
}

/** @param {"site" | "offline" | "embed"} ship */
export function privacy(ship) {
  const p = texts.privacy;
  const policy = { site: p.policy, offline: p.policyOffline, embed: p.policyEmbed }[ship];
  return h(
    "details",
    { class: "privacy" },
    h("summary", {}, icon("shield"), h("span", {}, h("b", {}, p.title), ": ", h("span", { class: "link" }, p.how))),
    h("ol", {}, h("li", {}, p.offline), h("li", {}, p.panel), h("li", {}, policy), h("li", {}, p.memory)),
  );
}

/**
 * filesOf reads what was dropped, folders included, without hidden files.
 *
 * @param {DataTransfer} dropped
 * @returns {Promise<{ files: File[], cut: boolean }>}
 */
export async function filesOf(dropped) {
  // Everything must be taken before the first await: afterwards the browser empties the list. A file is taken as it is: not
  // every entry of one can be read in WebKit.
  const entries = [...dropped.items]
    .filter((item) => item.kind === "file")
    .map((item) => {
      const entry = item.webkitGetAsEntry();
      return entry?.isDirectory ? entry : item.getAsFile();
    });
  /** @type {File[]} */
  const files = [];
  const waiting = entries.filter((entry) => entry !== null);
  while (waiting.length > 0 && files.length < MAX_FROM_FOLDER) {
    const entry = /** @type {FileSystemEntry | File} */ (waiting.shift());
    if (entry instanceof File) files.push(entry);
    else if (entry.isDirectory) waiting.push(...(await children(/** @type {FileSystemDirectoryEntry} */ (entry))));
    else {
      const file = await new Promise((resolve) => /** @type {FileSystemFileEntry} */ (entry).file(resolve, () => resolve(null)));
      if (file) files.push(file);
    }
  }
  return { files, cut: waiting.length > 0 };
}

/** @param {FileSystemDirectoryEntry} folder */
async function children(folder) {
  const reader = folder.createReader();
  /** @type {FileSystemEntry[]} */
  const all = [];
  // A reader gives its entries in portions, the last of which is empty.
  for (;;) {
    const some = await new Promise((resolve) => reader.readEntries(resolve, () => resolve([])));
    if (some.length === 0) return all.filter((entry) => !entry.name.startsWith("."));
    all.push(...some);
  }
}

export const folderCut = () => ({ code: "too-many", ...texts.file.tooMany, what: texts.file.tooMany.what(MAX_FROM_FOLDER) });
