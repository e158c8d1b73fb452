// Draws every state of the page into docs/screens/, light and dark, wide and narrow: the same pictures each time, with the
// clock standing still. `make screens` runs it; the pictures are for people to look at.
import { mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { root, ships } from "./artifacts.mjs";
import { launch, openPage } from "./browser.mjs";
import { ready, userName } from "./page.mjs";
import { withPalette } from "./png.mjs";
import { breakEngine, StateFiles, states } from "./states.mjs";

const folder = `${root}docs/screens/`;
const now = Date.UTC(2026, 10, 2, 9);

/** A picture of a part of the page ends here: what shows the state stands at its top. */
const TALLEST = 1000;

const wide = { width: 1280, height: 800 };
const narrow = { width: 320, height: 640 };
const looks = {
  light: { colorScheme: "light", viewport: wide },
  dark: { colorScheme: "dark", viewport: wide },
  "light-narrow": { colorScheme: "light", viewport: narrow },
  "dark-narrow": { colorScheme: "dark", viewport: narrow },
};

/** Runs in the page before all else: the clock stands still there and in the worker. */
function stopClock(now) {
  const fixed = (Clock) =>
    class extends Clock {
      constructor(...parts) {
        super(...(parts.length > 0 ? parts : [now]));
      }
      static now() {
        return now;
      }
    };
  globalThis.Date = fixed(Date);
  globalThis.Worker = class extends Worker {
    constructor(url, options) {
      const start = `const now = ${now}; Date = (${fixed})(Date); importScripts(${JSON.stringify(String(url))});`;
      super(URL.createObjectURL(new Blob([start], { type: "text/javascript" })), options);
    }
  };
}

const files = new StateFiles();
const [browser, place] = await Promise.all([launch({ args: ["--disable-lcd-text", "--font-render-hinting=none"] }), ships.site()]);

async function open(options, steps, url = place.url) {
  // The page's own policy would refuse the worker that has no clock.
  const { context, page } = await openPage(browser, "about:blank", { bypassCSP: true, ...options });
  try {
    await page.addInitScript(stopClock, now);
    await steps(page, () => page.goto(url));
  } finally {
    await context.close();
  }
}

async function draw(page, name, part) {
  await page.mouse.move(0, 0);
  const options = { animations: "disabled", caret: "hide" };
  await page.evaluate(() => scrollTo(0, 0));
  let clip;
  if (part !== null) {
    const { x, y, width, height } = await page.locator(part === "page" ? "html" : part).boundingBox();
    const tallest = part !== "page" ? TALLEST : width < 400 ? 2 * TALLEST : Infinity;
    clip = { x, y, width, height: Math.min(height, tallest) };
  }
  const picture = await page.screenshot({ ...options, fullPage: part !== null, clip });
  writeFileSync(`${folder}${name}.png`, withPalette(picture));
}

try {
  mkdirSync(folder, { recursive: true });
  for (const old of readdirSync(folder)) rmSync(folder + old);
  for (const [look, options] of Object.entries(looks)) {
    await open(options, async (page, go) => {
      await go();
      await ready(page);
      for (const [state, part, reach] of states) {
        await reach(page, files);
        await draw(page, `${state}-${look}`, part);
      }
    });
    await open(options, async (page, go) => {
      await breakEngine(page);
      await go();
      await page.getByText("certuri could not start.").first().waitFor();
      await draw(page, `no-engine-${look}`, "[part=certificate]");
    });
  }
  const sample = async (page, go) => {
    await go();
    await ready(page);
    await page.getByRole("button", { name: "Try a sample" }).click();
    await userName(page).waitFor();
    await page.locator("#verdict").waitFor();
  };
  for (const [name, options] of Object.entries({
    "open-4k": { viewport: { width: 3840, height: 2160 }, deviceScaleFactor: 0.5 },
    "open-tablet": { viewport: { width: 768, height: 1024 } },
    "open-forced-colours": { viewport: wide, forcedColors: "active", colorScheme: "dark" },
  })) {
    await open(options, async (page, go) => {
      await sample(page, go);
      await draw(page, name, "page");
    });
  }
  await open({ viewport: { width: 794, height: 1123 } }, async (page, go) => {
    await sample(page, go);
    await page.emulateMedia({ media: "print" });
    await draw(page, "open-print", "page");
  });
} finally {
  await browser.close();
  place.release();
  files.remove();
}
