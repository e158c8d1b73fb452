// The page's main states, looked at by axe in light and dark, and drawn into results/ for people.
import { mkdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { after, before, describe, test } from "node:test";
import assert from "node:assert/strict";
import { ships } from "./artifacts.mjs";
import { assertAccessible, assertClean, launch, openPage } from "./browser.mjs";
import { Authority } from "./certificates.mjs";
import { choose, passwordOf, pick, ready, unlock, userName } from "./page.mjs";

const results = fileURLToPath(new URL("results/", import.meta.url));

let browser, authority, place, p12, expired, stray;

before(async () => {
  mkdirSync(results, { recursive: true });
  authority = new Authority();
  const alice = authority.client("client", "/C=US/O=Example, Inc/OU=Data/CN=alice");
  p12 = authority.pkcs12("client", alice, "secret", "AES-256");
  expired = authority.expired("expired", "/O=Example/CN=last year's");
  stray = authority.client("stray", "/O=Example/CN=someone else").key;
  [browser, place] = await Promise.all([launch(), ships.site()]);
});

after(async () => {
  await browser?.close();
  place?.release();
  authority?.remove();
});

const brokenURI =
  'URI="mongodb://CN=alice,O=a/b@db1.example.net,db2.example.net?replicaSet=rs0&authMechanism=MONGODB-X509&authSource=admin' +
  '&tlsCertificateKeyFile=/etc/ssl/client.pem&tlsCertificateKeyFilePassword=secret&retryWrites=true&proxyPassword=secret"';

/** Each state is reached from the one before it. */
const states = [
  ["empty", async () => {}],
  ["pasting", (page) => page.getByRole("button", { name: "Paste text" }).click()],
  ["locked", async (page) => {
    await page.getByRole("button", { name: "Cancel" }).click();
    await choose(page, p12);
    await passwordOf(page, p12).waitFor();
  }],
  ["wrong-password", async (page) => {
    await unlock(page, p12, "wrong");
    await page.locator("[aria-invalid=true]").waitFor();
  }],
  ["open", async (page) => {
    await unlock(page, p12, "secret");
    await userName(page).waitFor();
  }],
  ["details", async (page) => {
    for (const summary of await page.locator("summary:visible").all()) await summary.click();
  }],
  ["cleared", async (page) => {
    await page.getByRole("button", { name: "Clear all" }).click();
    await page.getByRole("button", { name: "Undo" }).waitFor();
  }],
  ["findings", async (page) => {
    await choose(page, expired.certificate, stray);
    await userName(page).waitFor();
  }],
  ["form", async (page) => {
    await pick(page, "Replica set");
    await page.getByLabel("Members").fill("db1.example.net, db 2");
    await pick(page, "In the snippet");
    await page.getByLabel("Client", { exact: true }).selectOption("mongosh");
  }],
  ["uri", async (page) => {
    await page.getByRole("button", { name: "Paste a URI" }).click();
    await page.getByLabel("The connection string that you have").fill(brokenURI);
    const findings = page.locator(".uri summary");
    await findings.first().click();
    await findings.last().click();
  }],
  ["shortcuts", (page) => page.getByRole("button", { name: "Keyboard shortcuts" }).click()],
];

const looks = {
  "light-wide": { colorScheme: "light" },
  "dark-wide": { colorScheme: "dark" },
  "light-narrow": { colorScheme: "light", viewport: { width: 320, height: 640 } },
  "dark-narrow": { colorScheme: "dark", viewport: { width: 320, height: 640 } },
};

describe("states", { concurrency: 2 }, () => {
  for (const [look, options] of Object.entries(looks)) {
    test(look, async () => {
      const { context, page, seen } = await openPage(browser, place.url, options);
      try {
        await ready(page);
        for (const [state, reach] of states) {
          await reach(page);
          await page.screenshot({ path: `${results}${look}-${state}.png`, fullPage: state !== "shortcuts" });
          await assertAccessible(page, `${state}, ${look}`);
          const { scrollWidth, clientWidth } = await page.evaluate(() => {
            const { scrollWidth, clientWidth } = document.documentElement;
            return { scrollWidth, clientWidth };
          });
          assert.ok(scrollWidth <= clientWidth, `${state}, ${look}: the page is wider (${scrollWidth}) than the window (${clientWidth})`);
        }
        assertClean(seen);
      } finally {
        await context.close();
      }
    });
  }

  test("in a portal's page", async () => {
    const portal = await ships.embed();
    const { context, page, seen } = await openPage(browser, portal.url);
    try {
      await ready(page);
      await page.screenshot({ path: `${results}embed.png`, fullPage: true });
      await assertAccessible(page, "embed");
      assertClean(seen);
    } finally {
      await context.close();
      portal.release();
    }
  });
});
