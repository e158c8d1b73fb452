// How the page comes up: under the policy, with what it loads, and behind a careless server.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { ships, siteWithoutTypes } from "./artifacts.mjs";
import { assertClean, launch, openPage } from "./browser.mjs";
import { Authority } from "./certificates.mjs";
import { choose, code, file, passwordOf, ready, unlock, userName } from "./page.mjs";

let browser, authority, slow;
before(async () => {
  browser = await launch();
  authority = new Authority();
  slow = authority.pkcs12("slow", authority.client("slow", "/CN=slow"), "secret", "2,000,000 rounds");
});
after(async () => {
  await browser?.close();
  authority?.remove();
});

async function load(open, options) {
  const place = await open();
  const opened = await openPage(browser, place.url, options);
  return {
    ...opened,
    base: place.url,
    async [Symbol.asyncDispose]() {
      await opened.context.close();
      place.release();
    },
  };
}

async function withPage(open, steps, options) {
  const opened = await load(open, options);
  try {
    await ready(opened.page);
    await steps(opened);
    assertClean(opened.seen);
  } finally {
    await opened[Symbol.asyncDispose]();
  }
}

test("the site loads its own files, each once", () =>
  withPage(ships.site, async ({ base, seen }) => {
    const paths = seen.requests.map((request) => request.replace(`GET ${base}`, "/").replace(/-[0-9a-f]{10}\./, "-HASH."));
    assert.deepEqual(paths.filter((path) => !/^\/(assets\/[a-z]+-HASH\.(css|js|svg|wasm))?$/.test(path)), []);
    assert.equal(new Set(paths).size, paths.length, `asked for more than once: ${paths}`);
  }));

test("the offline file loads nothing but itself", () =>
  withPage(ships.offline, async ({ base, seen }) => assert.deepEqual(seen.requests, [`GET ${base}`])));

test("the widget loads its three files", () =>
  withPage(ships.embed, async ({ base, seen }) => {
    const ours = seen.requests.filter((request) => request.includes("/embed/")).sort();
    assert.deepEqual(ours, ["certuri.wasm", "embed.js", "worker.js"].map((name) => `GET ${base}embed/${name}`));
  }));

test("the engine loads under a wrong content type", () => withPage(siteWithoutTypes, async () => {}));

test("the policies hold: code that someone slips in is refused", async () => {
  for (const open of [ships.site, ships.offline]) {
    await withPage(open, async ({ page, seen }) => {
      const refused = await page.evaluate(async () => {
        // The debugger's own calls are exempt from the policy; a timer's are not.
        await new Promise((resolve) => setTimeout(resolve));
        const attempts = {
          "inline script": () => {
            const script = document.createElement("script");
            script.textContent = "globalThis.slippedIn = true";
            document.body.append(script);
          },
          "markup": () => (document.createElement("div").innerHTML = "<img src=x onerror='globalThis.slippedIn = true'>"),
          "a string as a timer": () => setTimeout("globalThis.slippedIn = true"),
          "another worker": () => new Worker("data:text/javascript,1"),
          "a request to elsewhere": () => fetch("http://127.0.0.1:9/"),
        };
        const refused = [];
        for (const [what, attempt] of Object.entries(attempts)) {
          try {
            await attempt();
          } catch {
            refused.push(what);
          }
        }
        await new Promise((resolve) => setTimeout(resolve, 50));
        return { refused, slippedIn: globalThis.slippedIn };
      });
      assert.deepEqual(refused, {
        refused: ["inline script", "markup", "a string as a timer", "another worker", "a request to elsewhere"],
        slippedIn: undefined,
      });
      assert.ok(seen.problems.length >= refused.refused.length, "the witness sees violations");
      seen.problems.length = 0;
    });
  }
});

test("no answer comes from the network: the offline file never asks, the site needs it only to load", async () => {
  await withPage(ships.site, async ({ context, page }) => {
    await context.setOffline(true);
    await page.getByRole("button", { name: "Try a sample" }).click();
    await page.getByLabel(/^Password of /).waitFor({ state: "hidden" });
    await page.locator("p.name").waitFor();
    assert.match(await code(page).innerText(), /MongoClient/);
  });
});

// The engine is busy in Go and cannot be interrupted, so its worker is ended and replaced. The replacement must come out of
// what the page already has.
for (const ship of ["site", "offline"]) {
  test(`${ship}: cancelling replaces the worker without a request`, async () => {
    await withPage(ships[ship], async ({ page, seen }) => {
      const workers = [];
      page.on("worker", (worker) => workers.push(worker));
      const loaded = seen.requests.length;
      await choose(page, slow);
      await unlock(page, slow, "secret");
      await page.getByRole("button", { name: "Cancel", exact: true }).click();
      await passwordOf(page, slow).waitFor();
      await page.getByText("Cancelled.").first().waitFor();
      assert.equal(workers.length, 1, "a worker was ended and replaced");
      await file(page, slow).getByRole("button", { name: /^Remove / }).click();
      await page.getByRole("button", { name: "Try a sample" }).click();
      await userName(page).waitFor();
      assert.deepEqual(seen.requests.slice(loaded), [], "requests after loading");
    });
  });
}
