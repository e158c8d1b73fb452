// The core journey in the other two engines: Firefox and WebKitGTK, on the site and from the offline file. A .p12 and its
// password become the user name and a call that can be pasted.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { basename } from "node:path";
import { fileURLToPath } from "node:url";
import { after, before, describe, test } from "node:test";
import { certuri, ships, witnessed } from "./artifacts.mjs";
import { Authority, rfc2253Subject } from "./certificates.mjs";
import { firefox, launchFirefox } from "./firefox.mjs";
import { launchWebKit, webkit } from "./webkit.mjs";

const results = fileURLToPath(new URL("results/", import.meta.url));
const password = 'correct horse; "batery" $taple é';
let authority, alice, p12;

before(() => {
  authority = new Authority();
  alice = authority.client("alice", "/C=US/O=Example, Inc/OU=Data/CN=alice");
  p12 = authority.pkcs12("alice", alice, password, "AES-256");
});
after(() => authority?.remove());

/** find runs in the page: the first thing in sight that carries these words, as text, label or name. */
function find(selector, words) {
  const { shadowRoot } = document.querySelector("x509-connect");
  return [...shadowRoot.querySelectorAll(selector)].find((element) => {
    const labels = [element.textContent, element.getAttribute("aria-label"), ...[...(element.labels ?? [])].map((label) => label.textContent)];
    return element.checkVisibility() && labels.some((label) => label?.trim().startsWith(words));
  });
}

/** Milliseconds that the page has for each step. */
const PATIENCE = 30_000;

async function waitFor(what, look) {
  for (const deadline = Date.now() + PATIENCE; Date.now() < deadline; ) {
    const found = await look();
    if (found) return found;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`there is no ${what}`);
}

/** A person at the page. */
function person(tab) {
  const element = (selector, words = "") => waitFor(`${selector} "${words}"`, () => tab.element(find, selector, words));
  const text = (selector) =>
    tab.run((selector) => document.querySelector("x509-connect").shadowRoot.querySelector(selector)?.textContent ?? "", selector);
  return {
    element,
    click: async (selector, words) => tab.click(await element(selector, words)),
    type: async (selector, words, letters) => tab.type(await element(selector, words), letters),
    textIs: (selector, wanted) => waitFor(`${selector} with ${wanted}`, async () => (await text(selector)).includes(wanted)),
    text,
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
    /** What the clipboard holds, as the page's own box for pasted text receives it. */
    pasted: async () => {
      await tab.click(await element("button", "Paste text"));
      const box = await element("textarea");
      await tab.paste(box);
      return waitFor("pasted text", () => tab.run((box) => box.value, box));
    },
  };
}

/** The same of the page as assertNothingKept wants of Chromium's. */
async function assertNothingKept(tab) {
  const kept = await tab.run(async () => ({
    local: { ...localStorage },
    session: { ...sessionStorage },
    cookie: document.cookie,
    databases: (await indexedDB.databases()).map((d) => d.name),
    history: history.state,
    windowName: window.name,
  }));
  assert.deepEqual(kept, { local: {}, session: {}, cookie: "", databases: [], history: null, windowName: "" });
  const address = decodeURIComponent(await tab.run(() => location.href));
  for (const secret of ["alice", "Example", password]) assert.ok(!address.includes(secret), `the address ${address} holds ${secret}`);
}

const browsers = {
  Firefox: { there: firefox, launch: launchFirefox },
  WebKitGTK: { there: webkit, launch: launchWebKit },
};

for (const [name, { there, launch }] of Object.entries(browsers)) {
  const skip = there() || process.env.CI ? false : `there is no ${name} here: make browsers`;
  describe(name, { skip }, () => {
    let browser;
    before(async () => {
      assert.ok(there(), `${name} is not installed: make browsers`);
      browser = await launch();
    });
    after(() => browser?.close());

    for (const ship of ["site", "offline"]) {
      test(`${ship}: from a .p12 to a call on the clipboard`, async () => {
        const place = await (ship === "site" ? witnessed(ships.site) : ships.offline());
        const tab = await browser.open();
        try {
          await tab.goto(place.url);
          const { click, choose, drop, element, pasted, text, textIs, type } = person(tab);
          await element("section pre");
          const loaded = place.requests?.length;
          if (place.requests) assert.equal(new Set(place.requests).size, loaded, `asked for more than once: ${place.requests}`);

          await (ship === "site" ? drop(p12) : choose(p12));
          await type("input[type=password]", `Password of ${basename(p12)}`, password);
          await click("button", "Unlock");
          await element("p.name:not(.refusal)");
          assert.equal(await text("p.name:not(.refusal)"), rfc2253Subject(alice.certificate));

          await click("[role=combobox]", "Client");
          await click("[role=option]", "Node.js driver");
          await type("input", "Host", "db.example.net:27017");
          await textIs("section pre", "db.example.net:27017");
          await click("button[aria-label]", "Copy: Code");
          await waitFor("word that it was copied", () => tab.element(find, "button", "Copied"));
          const flags = ["--password-env", "PASSWORD", "--host", "db.example.net:27017", "--target", "node", "--style", "constructor"];
          const call = execFileSync(certuri, ["snippet", p12, ...flags], { encoding: "utf8", env: { ...process.env, PASSWORD: password } });
          assert.match(call, /new MongoClient\(/);
          assert.equal((await pasted()).trimEnd(), call.trimEnd());

          assert.deepEqual(place.requests?.slice(loaded) ?? [], [], "requests after loading");
          assert.deepEqual(await tab.problems(), []);
          await assertNothingKept(tab);
        } catch (error) {
          mkdirSync(results, { recursive: true });
          writeFileSync(`${results}failed-${name}-${ship}.png`, await tab.screenshot());
          throw error;
        } finally {
          await tab.close();
          place.release();
        }
      });
    }
  });
}
