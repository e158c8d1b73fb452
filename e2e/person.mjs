// A person at the page, in any engine: by the words on it. page.mjs is the same for Playwright.
import { readFileSync } from "node:fs";
import { basename } from "node:path";

/** Milliseconds that the page has for each step. */
const PATIENCE = 30_000;

export async function waitFor(what, look) {
  for (const deadline = Date.now() + PATIENCE; Date.now() < deadline; ) {
    const found = await look();
    if (found) return found;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`there is no ${what}`);
}

/** find runs in the page: the first thing in sight that carries these words, as text, label or name. */
function find(selector, words) {
  const { shadowRoot } = document.querySelector("x509-connect");
  return [...shadowRoot.querySelectorAll(selector)].find((element) => {
    const labels = [element.textContent, element.getAttribute("aria-label"), ...[...(element.labels ?? [])].map((label) => label.textContent)];
    return element.checkVisibility() && labels.some((label) => label?.trim().startsWith(words));
  });
}

export function person(tab) {
  const element = (selector, words = "") => waitFor(`${selector} "${words}"`, () => tab.element(find, selector, words));
  const text = (selector) =>
    tab.run((selector) => document.querySelector("x509-connect").shadowRoot.querySelector(selector)?.textContent ?? "", selector);
  const click = async (selector, words) => tab.click(await element(selector, words));
  const type = async (selector, words, letters) => tab.type(await element(selector, words), letters);
  return {
    element,
    click,
    type,
    text,
    textIs: (selector, wanted) => waitFor(`${selector} with ${wanted}`, async () => (await text(selector)).includes(wanted)),
    /** The page is ready when step 3 shows code. */
    ready: () => element("section pre"),
    /** userName is the name that is shown, once there is one. */
    userName: async () => {
      await element("p.name:not(.refusal)");
      return text("p.name:not(.refusal)");
    },
    openSample: async () => {
      await click("button", "Try a sample");
      await element("p.name:not(.refusal)");
    },
    /** drop lets a file fall on the page's first heading. */
    drop: async (path) =>
      tab.run(
        (heading, name, base64) => {
          const dataTransfer = new DataTransfer();
          dataTransfer.items.add(new File([Uint8Array.from(atob(base64), (c) => c.charCodeAt(0))], name));
          for (const type of ["dragenter", "dragover", "drop"]) {
            heading.dispatchEvent(new DragEvent(type, { dataTransfer, bubbles: true, cancelable: true, composed: true }));
          }
        },
        await element("h2"),
        basename(path),
        readFileSync(path, "base64"),
      ),
    choose: async (path) => {
      const input = await tab.element(() => document.querySelector("x509-connect").shadowRoot.querySelector("input[type=file]"));
      await tab.choose(input, [path]);
    },
    unlock: async (path, password) => {
      await type("input[type=password]", `Password of ${basename(path)}`, password);
      await click("button", "Unlock");
    },
    /** What the clipboard holds, as the page's own box for pasted text receives it. */
    pasted: async () => {
      await click("button", "Paste text");
      const box = await element("textarea");
      await tab.paste(box);
      return waitFor("pasted text", () => tab.run((box) => box.value, box));
    },
  };
}
