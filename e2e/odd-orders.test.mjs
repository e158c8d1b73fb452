// What happens when people do not wait, do things twice, or bring names and files that nobody planned for: nothing is stale or
// lost, the focus stays where it makes sense, and what is announced is true and said once.
import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { ships } from "./artifacts.mjs";
import { assertClean, launch, openPage } from "./browser.mjs";
import { fixedCertificate, fixedKey } from "./fixed-certificates.mjs";
import { choose, code, passwordOf, pickClient, ready, unlock, userName } from "./page.mjs";
import { StateFiles } from "./states.mjs";

let browser, files, place;

before(async () => {
  files = new StateFiles();
  [browser, place] = await Promise.all([launch(), ships.site()]);
});
after(async () => {
  await browser?.close();
  place?.release();
  files?.remove();
});

async function odd(steps, options) {
  const { context, page, seen } = await openPage(browser, place.url, options);
  try {
    await ready(page);
    await page.evaluate(listen);
    await steps(page);
    assertClean(seen);
  } finally {
    await context.close();
  }
}

/** Keeps what the live regions say, in their order. */
function listen() {
  globalThis.said = [];
  const root = document.querySelector("x509-connect").shadowRoot;
  const regions = () => [...root.querySelectorAll("[role=status], [role=alert]")];
  const words = (region) => (region.checkVisibility() ? region.textContent : "");
  const before = new Map(regions().map((region) => [region, words(region)]));
  new MutationObserver(() => {
    for (const region of regions()) {
      const now = words(region);
      if (now !== (before.get(region) ?? "") && now !== "") globalThis.said.push(now);
      before.set(region, now);
    }
  }).observe(root, { subtree: true, childList: true, characterData: true, attributes: true, attributeFilter: ["hidden"] });
}

/** What was said since the last time. */
const said = (page) => page.evaluate(() => globalThis.said.splice(0));
const button = (page, name) => page.getByRole("button", { name, exact: true });
const rows = (page) => page.locator(".files .file-name").allTextContents();
const problems = (page) => page.locator(".problem").filter({ visible: true }).count();
/** The name of what has the focus, as the accessibility tree has it. */
const focused = (page) => page.evaluate(() => {
  const at = document.querySelector("x509-connect").shadowRoot.activeElement;
  return at ? (at.getAttribute("aria-label") ?? at.labels?.[0]?.textContent ?? at.textContent).trim() : "nothing";
});

async function unlockingSlowly(page) {
  await unlock(page, files.slow, "secret");
  await button(page, "Cancel").waitFor();
}

test("a file that is removed while another is unlocked takes its name along, and stays away", () =>
  odd(async (page) => {
    await choose(page, files.alice, files.slow);
    await userName(page).waitFor();
    await unlockingSlowly(page);
    await button(page, "Remove alice.pem").click();
    assert.deepEqual(await rows(page), ["slow.p12"]);
    assert.equal(await userName(page).filter({ visible: true }).count(), 0, "the name has gone with its file");
    assert.equal(await focused(page), "Remove slow.p12");
    await button(page, "Cancel").click();
    await page.getByText("Cancelled.").first().waitFor();
    await passwordOf(page, files.slow).waitFor();
    assert.deepEqual([await rows(page), await problems(page)], [["slow.p12"], 0]);
  }));

test("Remove pressed twice is no fault", () =>
  odd(async (page) => {
    await choose(page, files.alice, files.bob);
    await userName(page).waitFor();
    await button(page, "Remove alice.pem").evaluate((one) => (one.click(), one.click()));
    await page.waitForFunction(() => document.querySelector("x509-connect").username?.startsWith("CN=bob"));
    assert.deepEqual([await rows(page), await problems(page)], [["bob.pem"], 0]);
  }));

test("Clear and Undo while a file is unlocked", () =>
  odd(async (page) => {
    await choose(page, files.slow);
    await unlockingSlowly(page);
    await button(page, "Clear all").click();
    await button(page, "Undo").click();
    await passwordOf(page, files.slow).waitFor();
    assert.deepEqual([await rows(page), await problems(page)], [["slow.p12"], 0]);
    await page.locator(".busy").waitFor({ state: "hidden" });
    assert.equal(await focused(page), "Password of slow.p12");
  }));

test("while the engine is busy, code for another client is marked as not there yet", () =>
  odd(async (page) => {
    await choose(page, files.alice, files.slow);
    await userName(page).waitFor();
    await unlockingSlowly(page);
    const stale = page.locator(".use-body[aria-busy=true]");
    await pickClient(page, "Ruby driver");
    await stale.waitFor();
    await button(page, "Cancel").click();
    await code(page).filter({ hasText: "require" }).waitFor();
    await stale.waitFor({ state: "detached" });
  }));

test("a password that is being typed is left alone when another file comes in", () =>
  odd(async (page) => {
    await choose(page, files.sample, files.slow);
    await passwordOf(page, files.slow).fill("half a pass");
    // As dropping does, which leaves the focus where it is.
    await page.evaluate(() => {
      const data = new DataTransfer();
      data.items.add(new File(["notes"], "notes.txt"));
      document.dispatchEvent(new DragEvent("drop", { dataTransfer: data, cancelable: true }));
    });
    await page.getByText("There is no certificate or key").filter({ visible: true }).first().waitFor();
    await page.keyboard.type("word");
    assert.equal(await passwordOf(page, files.slow).inputValue(), "half a password");
  }));

test("who goes on to another field while a file is unlocked stays there", () =>
  odd(async (page) => {
    await choose(page, files.sample, files.slow);
    await passwordOf(page, files.sample).fill("sample");
    // In one go: the engine is faster than a second command would be.
    await page.evaluate(() => {
      const root = document.querySelector("x509-connect").shadowRoot;
      root.querySelector("[data-state=locked] .unlock > button").click();
      queueMicrotask(() => queueMicrotask(() => root.querySelector("#field-hosts").focus()));
    });
    await userName(page).waitFor();
    await page.keyboard.type("db.example.net");
    assert.equal(await page.getByLabel("Host", { exact: true }).inputValue(), "db.example.net");
  }));

test("what is announced is true, and said once", () =>
  odd(async (page) => {
    await choose(page, files.sample);
    await passwordOf(page, files.sample).waitFor();
    for (const attempt of ["first", "second"]) {
      await said(page);
      await unlock(page, files.sample, "wrong");
      await page.waitForFunction(() => globalThis.said.length > 0);
      const words = await said(page);
      assert.ok(words.length === 1 && words[0].startsWith("The password is wrong."), `${attempt}: ${words}`);
      assert.equal(await focused(page), "Password of sample.p12");
    }
    await unlock(page, files.sample, "sample");
    await page.getByText("Nothing wrong found for PyMongo.").waitFor();
    assert.deepEqual(await said(page), ["User name: CN=alice,OU=Data,O=Example\\, Inc,C=US", "Nothing wrong found for PyMongo."]);
    assert.equal(await focused(page), "$external user name");

    await choose(page, files.alice);
    await page.getByText("2 certificates could log in").waitFor();
    await page.waitForFunction(() => globalThis.said.includes("2 certificates to choose from."));
    await choose(page, files.notes);
    await page.waitForFunction(() => globalThis.said.some((words) => words.startsWith("There is no certificate or key")));
    await said(page);
    // The trouble of a file that stays is not told again when another goes.
    await button(page, "Remove alice.pem").click();
    await page.locator(".chooser").waitFor({ state: "hidden" });
    assert.deepEqual((await said(page)).filter((words) => words.startsWith("There is no")), []);
    assert.equal(await focused(page), "Remove notes.txt");

    await page.evaluate(() => {
      const data = new DataTransfer();
      for (let i = 0; i < 40; i++) data.items.add(new File(["notes"], `${i}.txt`));
      document.dispatchEvent(new DragEvent("drop", { dataTransfer: data, cancelable: true }));
    });
    await page.getByText("41 not opened").first().waitFor();
    assert.deepEqual(await said(page), ["40 not opened"], "of many it is said how many");
  }));

const names = {
  "of 2,000 characters": `CN=${"x".repeat(1990)},O=Example`,
  "from right to left": "CN=\u05d0\u05dc\u05d9\u05e1 \u202eecila,O=\u0627\u0644\u0639",
  "with HTML": "CN=<b>bold</b><script>alert(1)</script>,O=Example",
  "with characters of no width": "CN=al\u200bice\u200d\ufeff,O=Example",
};
for (const [what, name] of Object.entries(names)) {
  test(`a name ${what} is text, and fits`, async () => {
    for (const width of [320, 1280]) {
      await odd(async (page) => {
        const path = join(files.folder, "\u202egnp.odd.pem");
        writeFileSync(path, fixedCertificate(name) + fixedKey(name));
        await choose(page, path);
        await userName(page).waitFor();
        await page.locator("#verdict").waitFor();
        assert.equal(await page.locator("p.name").textContent(), await page.locator("x509-connect").evaluate((element) => element.username));
        assert.equal(await page.locator("x509-connect").evaluate((element) => element.shadowRoot.querySelectorAll("b b, script, .name b").length), 0);
        const lines = await page.locator(".link-name").first().evaluate((label) => label.clientHeight / parseFloat(getComputedStyle(label).fontSize));
        assert.ok(lines < 6, `the name in the chain is ${lines} em high`);
        for (const media of ["screen", "print"]) {
          await page.emulateMedia({ media });
          assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= document.documentElement.clientWidth), `${width}, ${media}: wider than the window`);
        }
      }, { viewport: { width, height: 700 } });
    }
  });
}
