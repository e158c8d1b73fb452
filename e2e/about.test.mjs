// What each artifact says about itself, against sums that are taken here.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { certuri, root, ships } from "./artifacts.mjs";
import { assertAccessible, assertClean, launch, openPage } from "./browser.mjs";
import { ready } from "./page.mjs";

const version = readFileSync(`${root}VERSION`, "utf8").trim();
const sum = (path) => createHash("sha256").update(readFileSync(path)).digest("hex");

for (const ship of ["site", "offline"]) {
  test(`${ship}: the version, and the sum of the engine that it carries`, async () => {
    const [browser, place] = await Promise.all([launch(), ships[ship]()]);
    try {
      const { page, seen } = await openPage(browser, place.url);
      await ready(page);
      const loaded = seen.requests.length;
      assert.equal(await page.locator("footer #version").textContent(), version);
      await page.getByText("About this copy").click();
      await page.getByText(sum(`${root}dist/embed/certuri.wasm`)).waitFor();
      await assertAccessible(page, "about");
      assert.deepEqual(seen.requests.slice(loaded), []);
      assertClean(seen);
    } finally {
      await browser.close();
      await place.release();
    }
  });
}

test("the program's own sum", () => {
  assert.equal(execFileSync(certuri, ["version"], { encoding: "utf8" }), `certuri ${version}\nsha256 ${sum(certuri)}\n`);
});
