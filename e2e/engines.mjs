// The three engines, each with the same few things that a test does in a tab; and the tests that run in all of them.
import assert from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import { after, before, describe } from "node:test";
import { fileURLToPath } from "node:url";
import { launchChromium } from "./browser.mjs";
import { firefox, launchFirefox } from "./firefox.mjs";
import { launchWebKit, webkit } from "./webkit.mjs";

const results = fileURLToPath(new URL("results/", import.meta.url));

export const engines = {
  Chromium: { there: () => true, launch: launchChromium },
  Firefox: { there: firefox, launch: launchFirefox },
  WebKitGTK: { there: webkit, launch: launchWebKit },
};

/**
 * A name for this machine that is not "localhost", where the site keeps nothing. Every engine, and the system, takes names
 * under .localhost to this machine and trusts them as it does https:.
 */
export const ownName = "certuri.localhost";

/**
 * inEngines makes the same tests for some engines; one that is not installed is skipped on a laptop and fails in CI. Side by
 * side, since a test in a browser mostly waits.
 *
 * @param {string[]} names
 * @param {(inTab: (steps: (tab: any, context: any) => Promise<void>) => (context: any) => Promise<void>, name: string) => void} tests inTab runs
 *   steps in a tab of a fresh profile, and keeps a picture when they fail
 */
export function inEngines(names, tests) {
  describe("engines", { concurrency: names.length }, () => {
    for (const name of names) {
      const { there, launch } = engines[name];
      const skip = there() || process.env.CI ? false : `there is no ${name} here: make browsers`;
      describe(name, { skip, concurrency: 1 }, () => {
        let browser, last = 0;
        before(async () => {
          assert.ok(there(), `${name} is not installed: make browsers`);
          browser = await launch();
        });
        after(() => browser?.close());
        tests((steps) => async (context) => {
          const tab = await browser.open();
          try {
            await steps(tab, context);
          } catch (error) {
            await keepPicture(tab, `failed-${name}-${++last}`).catch(() => {});
            throw error;
          } finally {
            await tab.close();
          }
        }, name);
      });
    }
  });
}

async function keepPicture(tab, name) {
  await tab.leave();
  mkdirSync(results, { recursive: true });
  writeFileSync(`${results}${name}.png`, await tab.screenshot());
}

/** The same of a tab as assertNothingKept wants of Chromium's. */
export async function assertTabKeptNothing(tab, secrets, kept = {}) {
  const found = await tab.run(async () => ({
    local: { ...localStorage },
    session: { ...sessionStorage },
    cookie: document.cookie,
    databases: (await indexedDB.databases()).length,
    caches: isSecureContext && location.protocol !== "file:" ? (await caches.keys()).length : 0,
    history: history.state,
    windowName: window.name,
  }));
  assert.deepEqual(found, { local: {}, session: {}, cookie: "", databases: 0, caches: 0, history: null, windowName: "", ...kept });
  const address = decodeURIComponent(await tab.run(() => location.href));
  for (const secret of secrets) assert.ok(!address.includes(secret), `the address ${address} holds ${secret}`);
}
