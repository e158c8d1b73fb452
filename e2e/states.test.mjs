// Every state of the page, looked at by axe in light and dark, wide and narrow; and that it fits wherever it is shown.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { ships } from "./artifacts.mjs";
import { assertAccessible, assertClean, launch, openPage } from "./browser.mjs";
import { ready, userName } from "./page.mjs";
import { breakEngine, StateFiles, states } from "./states.mjs";

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

const narrow = { viewport: { width: 320, height: 640 } };
const looks = {
  "light, wide": { colorScheme: "light" },
  "dark, wide": { colorScheme: "dark" },
  "light, narrow": { colorScheme: "light", ...narrow },
  "dark, narrow": { colorScheme: "dark", ...narrow },
};

/** Nothing of the page is wider than the window. */
async function assertFits(page, where) {
  const { scrollWidth, clientWidth } = await page.evaluate(() => {
    const { scrollWidth, clientWidth } = document.documentElement;
    return { scrollWidth, clientWidth };
  });
  assert.ok(scrollWidth <= clientWidth, `${where}: the page is wider (${scrollWidth}) than the window (${clientWidth})`);
}

describe("states", { concurrency: 2 }, () => {
  for (const [look, options] of Object.entries(looks)) {
    test(look, async () => {
      const { context, page, seen } = await openPage(browser, place.url, options);
      try {
        await ready(page);
        for (const [state, , reach] of states) {
          await reach(page, files);
          await assertAccessible(page, `${state}, ${look}`);
          await assertFits(page, `${state}, ${look}`);
        }
        assertClean(seen);
      } finally {
        await context.close();
      }
    });

    test(`no engine, ${look}`, async () => {
      const { context, page } = await openPage(browser, "about:blank", options);
      try {
        await breakEngine(page);
        await page.goto(place.url);
        await page.getByText("certuri could not start.").first().waitFor();
        await assertAccessible(page, `no engine, ${look}`);
        await assertFits(page, `no engine, ${look}`);
      } finally {
        await context.close();
      }
    });
  }

  // 1280 pixels at a zoom of 400 % are 320 by 256.
  for (const [what, options] of Object.entries({
    "at a zoom of 400 %": { viewport: { width: 320, height: 256 } },
    "on a tablet": { viewport: { width: 768, height: 1024 } },
    "on a screen of 4K": { viewport: { width: 3840, height: 2160 } },
    "in forced colours": { forcedColors: "active" },
  })) {
    test(what, async () => {
      const { context, page, seen } = await openPage(browser, place.url, options);
      try {
        await ready(page);
        await page.getByRole("button", { name: "Try a sample" }).click();
        await userName(page).waitFor();
        await assertFits(page, what);
        await assertAccessible(page, what);
        assertClean(seen);
      } finally {
        await context.close();
      }
    });
  }

  test("on paper there are the name, the findings and the code, and no controls", async () => {
    const { context, page } = await openPage(browser, place.url);
    try {
      await ready(page);
      await page.getByRole("button", { name: "Try a sample" }).click();
      await userName(page).waitFor();
      await page.emulateMedia({ media: "print" });
      const shown = await page.locator("x509-connect").evaluate((e) =>
        [...e.shadowRoot.querySelectorAll("p.name, pre, button, input, select, textarea")].filter((one) => one.checkVisibility()).map((one) => one.localName));
      assert.deepEqual([...new Set(shown)], ["p", "pre"]);
    } finally {
      await context.close();
    }
  });

  test("in a portal's page", async () => {
    const portal = await ships.embed();
    const { context, page, seen } = await openPage(browser, portal.url);
    try {
      await ready(page);
      await assertAccessible(page, "embed");
      assertClean(seen);
    } finally {
      await context.close();
      portal.release();
    }
  });
});
