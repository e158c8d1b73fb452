// A connection string that someone already has: what is wrong with it, one click to mend it, and the form filled from it.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { ships } from "./artifacts.mjs";
import { assertAccessible, assertClean, assertNothingKept, launch, openPage } from "./browser.mjs";
import { Authority } from "./certificates.mjs";
import { choose, code, copied, pick, pickClient, ready, userName } from "./page.mjs";

let browser, place, authority, alice;

before(async () => {
  authority = new Authority();
  alice = authority.client("alice", "/O=Example, Inc/CN=alice");
  [browser, place] = await Promise.all([launch(), ships.site()]);
});

after(async () => {
  await browser?.close();
  place?.release();
  authority?.remove();
});

/** Opens the field on a fresh page; afterwards nothing was asked for, logged or kept, the secrets least of all. */
async function withField(steps, secrets = []) {
  const opened = await openPage(browser, place.url);
  const { context, page, seen } = opened;
  try {
    await ready(page);
    const loaded = seen.requests.length;
    await page.getByRole("button", { name: "Paste a URI" }).click();
    assert.equal(await field(page).evaluate((e) => e.getRootNode().activeElement === e), true, "the field has the focus");
    await steps(page);
    const link = await copied(page, "Copy link");
    for (const secret of secrets) assert.ok(!decodeURIComponent(link).includes(secret), `the link holds ${secret}`);
    await assertNothingKept(opened, secrets);
    assert.deepEqual(seen.requests.slice(loaded), [], "requests after loading");
    assertClean(seen);
  } finally {
    await context.close();
  }
}

const field = (page) => page.getByLabel("The connection string that you have");
const verdict = (page, words) => page.getByRole("status").filter({ hasText: words }).waitFor();
const finding = (page, what) => page.getByRole("listitem").filter({ hasText: what });
const takes = "PyMongo takes this";
const fails = "This will not work with PyMongo";

/** Strings of the catalogue of failures, with what a person did to them, and what PyMongo prints. */
const catalogue = {
  R02: {
    text: "mongodb://db.example.net/?tls=true&authMechanism=MONGODB-X509&authSource=admin&tlsCertificateKeyFile=/c.pem&retryWrites=true",
    what: "authSource is not $external.",
    prints: "authentication source must be $external or None for MONGODB-X509",
  },
  R03: {
    text: "mongodb://db.example.net/?tls=true&authMechanism=MONGODB-X509&authSource=&tlsCertificateKeyFile=/c.pem&retryWrites=true",
    what: "a shell or a template has eaten $external",
    prints: "the authSource database cannot be an empty string",
  },
  R05: {
    text: "mongodb://CN=alice,O=a/b@db.example.net/?tls=true&authMechanism=MONGODB-X509&authSource=%24external&tlsCertificateKeyFile=/c.pem&retryWrites=true",
    what: "must be percent-encoded",
  },
  R15: {
    text: "mongodb://db.example.net/?tls=true&amp;authMechanism=MONGODB-X509&amp;authSource=%24external&amp;tlsCertificateKeyFile=/c.pem&amp;retryWrites=true",
    what: "The string holds &amp; in place of &.",
    prints: "Can not mix '&' and ';' for option separators",
  },
};

for (const [id, { text, what, prints }] of Object.entries(catalogue)) {
  test(`${id}: the finding, one click, the form, the code`, () =>
    withField(async (page) => {
      await field(page).fill(text);
      await verdict(page, fails);
      const row = finding(page, what);
      await row.locator("summary").click();
      if (prints) assert.ok((await row.innerText()).includes(prints), "what PyMongo prints");
      await row.getByRole("button", { name: "Mend", exact: false }).click();
      await verdict(page, takes);
      assert.notEqual(await field(page).inputValue(), text);

      assert.equal(await page.getByLabel("Host", { exact: true }).inputValue(), "db.example.net");
      assert.equal(await page.getByLabel("Certificate file on your machine").inputValue(), "/c.pem");
      await finding(page, "retryWrites=true").waitFor();
      assert.match(await copied(page, "Code"), /retryWrites=true/);

      // The browser's own Undo knows the click.
      await field(page).focus();
      await page.keyboard.press("Control+z");
      await verdict(page, fails);
      assert.equal(await field(page).inputValue(), text);
    }, ["db.example.net", "c.pem", "retryWrites"]));
}

test("everything at once: mended, imported, kept, taken back", () =>
  withField(
    async (page) => {
      await page.getByLabel("Host", { exact: true }).fill("mine.example.net");
      await field(page).fill(
        'export URI="mongodb://db1.example.net,db2.example.net?replicaSet=rs0&authMechanism=MONGODB-X509&authSource=admin' +
          '&tlsCertificateKeyFile=/etc/c.pem&tlsCertificateKeyFilePassword=geheim&w=majority&proxyPassword=topf"',
      );
      await verdict(page, fails);
      for (const summary of await page.locator(".uri summary").all()) await summary.click();
      await assertAccessible(page, "pasted URI");
      const told = await page.locator(".uri .findings").innerText();
      assert.ok(!/geheim|topf/.test(told), `the findings repeat a secret: ${told}`);
      assert.ok(!(await page.getByRole("list", { name: "Also kept" }).innerText()).includes("topf"), "a kept secret is masked");

      await page.getByRole("button", { name: "Mend all" }).click();
      await verdict(page, takes);
      assert.ok(await page.getByRole("radio", { name: "Replica set" }).isChecked());
      assert.equal(await page.getByLabel("Members").inputValue(), "db1.example.net, db2.example.net");
      assert.equal(await page.getByLabel("Replica set name").inputValue(), "rs0");
      assert.equal(await page.getByLabel("Password to write into the snippet", { exact: true }).getAttribute("type"), "password");
      assert.match(await copied(page, "Connection string alone"), /^mongodb:\/\/db1\.example\.net,db2\.example\.net\/\?replicaSet=rs0&.*&w=majority$/);

      await page.getByRole("button", { name: "Remove w" }).click();
      await code(page).filter({ hasNotText: "majority" }).waitFor();
      await page.getByRole("button", { name: "Take it back" }).click();
      await page.getByLabel("Host", { exact: true }).waitFor();
      assert.equal(await page.getByLabel("Host", { exact: true }).inputValue(), "mine.example.net");
      assert.ok(!(await page.locator("body").innerText()).includes("geheim"));
    },
    ["db1", "mine", "rs0", "geheim", "topf", "majority", "c.pem"],
  ));

test("the opened certificate's name and the chosen client are compared", () =>
  withField(async (page) => {
    const uri = (name) => `mongodb://${encodeURIComponent(name)}@h/?tls=true&authMechanism=MONGODB-X509&authSource=%24external&tlsCertificateKeyFile=/c.pem`;
    await field(page).fill(uri("CN=bob,O=Example\\, Inc"));
    await verdict(page, takes);
    await choose(page, alice.certificate, alice.key);
    await userName(page).waitFor();
    await verdict(page, fails);
    await field(page).fill(uri(await userName(page).textContent()));
    await verdict(page, takes);
    await pickClient(page, "node");
    await verdict(page, "Node.js driver takes this");
    await pickClient(page, "PyMongo");
    await verdict(page, takes);
    await page.getByLabel("Version", { exact: true }).selectOption("3.4-3.8");
    await verdict(page, fails);
  }));

test("a string pasted among the hosts goes to its field", () =>
  withField(async (page) => {
    const hosts = page.getByLabel("Host", { exact: true });
    await page.evaluate(() => navigator.clipboard.writeText("mongodb://db.example.net:27018/?tls=true"));
    await hosts.focus();
    await page.keyboard.press("ControlOrMeta+V");
    await page.waitForFunction(() => document.querySelector("x509-connect").shadowRoot.querySelector("#uri-text").value.startsWith("mongodb://db"));
    await page.waitForFunction(() => document.querySelector("x509-connect").shadowRoot.querySelector("#field-hosts").value === "db.example.net:27018");
    await page.evaluate(() => navigator.clipboard.writeText("db2.example.net"));
    await hosts.fill("");
    await hosts.focus();
    await page.keyboard.press("ControlOrMeta+V");
    assert.equal(await hosts.inputValue(), "db2.example.net");
  }));

test("a string pasted anywhere goes to its field, and a finding's place is selected there", () =>
  withField(async (page) => {
    await page.getByRole("button", { name: "Paste a URI" }).click();
    await page.evaluate((text) => navigator.clipboard.writeText(text), catalogue.R02.text);
    await page.getByRole("heading", { name: "Use it" }).focus();
    await page.keyboard.press("Control+v");
    await verdict(page, fails);
    assert.equal(await field(page).inputValue(), catalogue.R02.text);
    assert.equal(await page.locator(".uri-marks mark[data-severity=error]").textContent(), "admin");
    const row = finding(page, catalogue.R02.what);
    await row.locator("summary").click();
    await row.getByRole("button", { name: "Show" }).click();
    assert.equal(await field(page).evaluate((e) => e.value.slice(e.selectionStart, e.selectionEnd)), "admin");
    await pick(page, "Sharded");
  }));

test("the marks lie under the letters that they mark", () =>
  withField(async (page) => {
    await field(page).fill(`${"x".repeat(400)} mongodb://${"h".repeat(300)}.example.net/?authMechanism=MONGODB-X509&authSource=admin`);
    await verdict(page, fails);
    const [text, marks] = await Promise.all([field(page), page.locator(".uri-marks")].map((one) =>
      one.evaluate((e) => {
        const { fontSize, lineHeight, fontFamily, paddingLeft, paddingTop, letterSpacing, wordBreak } = getComputedStyle(e);
        const { x, y, width, height } = e.getBoundingClientRect();
        return { x, y, width, height, inner: e.clientWidth, text: e.scrollHeight, fontSize, lineHeight, fontFamily, paddingLeft, paddingTop, letterSpacing, wordBreak };
      }),
    ));
    assert.deepEqual(text, marks);
  }));
