// Every state of the site, wide and narrow, and of the widget, looked at by axe in light and dark; and that it fits wherever it
// is shown.
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

/** Each page, the options of its window, and whether it has the site's head. */
const places = {
  "the site, wide": { open: ships.site, site: true },
  "the site, narrow": { open: ships.site, options: narrow, site: true },
  "the widget": { open: ships.embed },
};
const looks = ["light", "dark"];
const ofColour = { runOnly: { type: "rule", values: ["color-contrast", "link-in-text-block"] } };

/** These are of the whole page, and the widget has none. */
const ofThePage = ["dragging", "shortcuts"];

/** Nothing of the page is wider than the window, and no control or text stands out of its card. */
async function assertFits(page, where) {
  const { scrollWidth, clientWidth } = await page.evaluate(() => {
    const { scrollWidth, clientWidth } = document.documentElement;
    return { scrollWidth, clientWidth };
  });
  assert.ok(scrollWidth <= clientWidth, `${where}: the page is wider (${scrollWidth}) than the window (${clientWidth})`);
  const outside = await page.locator("x509-connect").evaluate((connect) =>
    [...connect.shadowRoot.querySelectorAll(".step")].flatMap((card) => {
      const edge = card.getBoundingClientRect().right;
      return [...card.querySelectorAll("button, input, select, textarea, p, li, summary")]
        .filter((e) => e.checkVisibility() && !e.closest("pre, .scroll, .unseen") && e.getBoundingClientRect().right > edge)
        .map((e) => `${e.localName} ${e.textContent.trim().slice(0, 40)}`);
    }));
  assert.deepEqual(outside, [], `${where}: out of its card`);
}

describe("states", { concurrency: 2 }, () => {
  for (const [name, { open, options, site }] of Object.entries(places)) {
    test(name, async () => {
      const place = await open();
      const { context, page, seen } = await openPage(browser, place.url, options);
      try {
        await ready(page);
        for (const [state, , reach] of states) {
          if (!site && state === "shortcuts") await page.locator("x509-connect").evaluate((e) => e.showShortcuts());
          else if (site || !ofThePage.includes(state)) await reach(page, files);
          else await page.getByRole("button", { name: "Cancel", exact: true }).click();
          // What is shown while the engine is at work is dimmed.
          await page.waitForFunction(() => !document.querySelector("x509-connect").shadowRoot.querySelector("[aria-busy]"));
          // The tree is the same in both: what is not a matter of colour is asked once.
          for (const colorScheme of looks) {
            await page.emulateMedia({ colorScheme });
            await assertAccessible(page, `${state}, ${name}, ${colorScheme}`, colorScheme === looks[0] ? {} : ofColour);
          }
          await assertFits(page, `${state}, ${name}`);
        }
        assertClean(seen);
      } finally {
        await context.close();
        await place.release();
      }
    });

    test(`no engine, ${name}`, async () => {
      const place = await open();
      const { context, page } = await openPage(browser, "about:blank", options);
      try {
        await breakEngine(context);
        await page.goto(place.url);
        await page.getByText("certuri could not start.").first().waitFor();
        for (const colorScheme of looks) {
          await page.emulateMedia({ colorScheme });
          await assertAccessible(page, `no engine, ${name}, ${colorScheme}`);
        }
        await assertFits(page, `no engine, ${name}`);
      } finally {
        await context.close();
        await place.release();
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
});
