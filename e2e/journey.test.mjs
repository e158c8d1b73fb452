// From a .p12 and its password to a working PyMongo call, on each artifact.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { basename } from "node:path";
import { after, before, describe, test } from "node:test";
import { certuri, ships } from "./artifacts.mjs";
import { assertClean, assertNothingKept, launch, openPage } from "./browser.mjs";
import { Authority, countCertificates, keyMatchesCertificate, openssl, rfc2253Subject } from "./certificates.mjs";
import { choose, code, copied, drop, file, passwordOf, pick, pickClient, ready, saved, unlock, userName, userNameLabel } from "./page.mjs";

const password = "correct horse; \"batery\" $taple é";
const subject = "/C=US/O=Example, Inc/OU=Data/CN=alice";

let browser, authority, alice, aes, tripleDES;

before(async () => {
  browser = await launch();
  authority = new Authority();
  alice = authority.client("alice", subject);
  aes = authority.pkcs12("alice-aes", alice, password, "AES-256");
  tripleDES = authority.pkcs12("alice-3des", alice, password, "3DES");
});

after(async () => {
  await browser?.close();
  authority?.remove();
});

/** What the command line says about the same files. */
function commandLine(command, ...args) {
  return execFileSync(certuri, [command, ...args], { encoding: "utf8", env: { ...process.env, PASSWORD: password } });
}

for (const [ship, open] of Object.entries(ships)) {
  describe(ship, () => {
    let place;
    before(async () => (place = await open()));
    after(() => place?.release());

    /** Runs steps on a fresh page and then holds it to the promises: no request, nothing logged, nothing kept. */
    async function visit(steps, secrets = []) {
      const opened = await openPage(browser, place.url);
      try {
        await ready(opened.page);
        const loaded = opened.seen.requests.length;
        await steps(opened.page);
        assert.deepEqual(opened.seen.requests.slice(loaded), [], "requests after loading");
        assertClean(opened.seen);
        await assertNothingKept(opened, ["alice", "Example", password, ...secrets]);
      } finally {
        await opened.context.close();
      }
    }

    test("a chosen PKCS#12, a wrong password, the right one, the call, the file", async () => {
      await visit(async (page) => {
        await choose(page, aes);
        await passwordOf(page, aes).waitFor();
        assert.equal(await passwordOf(page, aes).evaluate((e) => e.getRootNode().activeElement === e), true, "the password box has the focus");

        await unlock(page, aes, "not this one");
        await page.getByRole("alert").filter({ hasText: "assword" }).first().waitFor();
        assert.match(await file(page, aes).innerText(), /password/i);
        assert.equal(await passwordOf(page, aes).getAttribute("aria-invalid"), "true");

        await passwordOf(page, aes).fill(password);
        await page.keyboard.press("Enter");
        await userName(page).waitFor();
        const name = await userName(page).textContent();
        assert.equal(name, rfc2253Subject(alice.certificate), "as openssl spells it, where the two rules agree");
        assert.equal(name, JSON.parse(commandLine("inspect", aes, "--password-env", "PASSWORD", "--json")).username);
        assert.equal(await copied(page, userNameLabel), name);

        await pickClient(page, "PyMongo");
        await page.getByLabel("Host", { exact: true }).fill("db.example.net:27017");
        await code(page).filter({ hasText: "db.example.net" }).waitFor();
        const flags = ["--password-env", "PASSWORD", "--host", "db.example.net:27017", "--target", "pymongo"];
        const call = commandLine("snippet", aes, ...flags, "--style", "constructor");
        assert.match(call, /MongoClient\([^]*authMechanism="MONGODB-X509"/);
        assert.equal(await copied(page, "Code"), call);

        await pick(page, "Connection string");
        await code(page).filter({ hasText: "/?tls=true" }).waitFor();
        assert.equal(await copied(page, "Code"), commandLine("snippet", aes, ...flags, "--style", "uri"));

        await page.getByLabel(/^New password of the saved key/).fill("new pässword");
        const pem = await saved(page);
        assert.ok(call.includes(pem.name), `the call names ${pem.name}, the file that was saved`);
        assert.ok(keyMatchesCertificate(pem.path, "new pässword"), "openssl: key and certificate belong together");
        assert.equal(countCertificates(pem.path), 2, "the leaf and the intermediate; a root is the server's to have");
        assert.ok(authority.verifies(pem.path), "openssl: the file's own certificates lead to the root");
        assert.equal(openssl("x509", "-in", pem.path, "-noout", "-fingerprint"), openssl("x509", "-in", alice.certificate, "-noout", "-fingerprint"));
        assert.throws(() => openssl("pkey", "-in", pem.path, "-passin", "pass:"), "the key is not readable without its password");
      });
    });

    test("a dropped 3DES PKCS#12, saved without a password", async () => {
      await visit(async (page) => {
        await drop(page, page.getByRole("heading", { level: 2 }).first(), tripleDES);
        await passwordOf(page, tripleDES).waitFor();
        await unlock(page, tripleDES, password);
        await userName(page).waitFor();
        assert.equal(await userName(page).textContent(), rfc2253Subject(alice.certificate));
        await pick(page, "None");
        const pem = await saved(page);
        assert.ok(keyMatchesCertificate(pem.path));
      });
    });

    test("certificate and key as two files, together", async () => {
      await visit(async (page) => {
        await choose(page, alice.key, alice.certificate);
        await userName(page).waitFor();
        assert.equal(await userName(page).textContent(), rfc2253Subject(alice.certificate));
        const pem = await saved(page); // a key that came without a password is offered without one
        assert.ok(keyMatchesCertificate(pem.path));
      });
    });

    test("clearing forgets, undo brings the locked file back", async () => {
      await visit(async (page) => {
        await choose(page, aes);
        await unlock(page, aes, password);
        await userName(page).waitFor();
        await page.getByRole("button", { name: "Clear all" }).click();
        await userName(page).waitFor({ state: "hidden" });
        assert.ok(!(await page.locator("body").innerText()).includes("alice"), "the name is gone from the page");
        await page.getByRole("button", { name: "Undo" }).click();
        await unlock(page, aes, password);
        await userName(page).waitFor();
      });
    });
  });
}

// Subjects with what the server has rules for. Where openssl's RFC 2253 printing must differ from the server's
// spelling, the server's is written out.
const subjects = [
  { subject: "/C=US/O=Example, Inc/OU=Data/CN=alice" },
  { subject: '/DC=net/O=Müller & Söhne, "GmbH" <x>; \\\\/OU=#1+UID=u1/OU= a/CN=ab ' },
  { subject: "/O=a=b\\/c\\+d/CN=$(id) `x` %s {{y}} \\'z" },
  { subject: "/CN=日本語/emailAddress=a@example.net" },
  // RFC 4518: U+FB01 becomes f and i, a no-break space becomes a space, a zero-width space goes.
  { subject: "/O=\ufb01rma/CN=x\u00a0y\u200b", server: "CN=x y,O=firma" },
];

describe("user names", () => {
  let place;
  before(async () => (place = await ships.site()));
  after(() => place?.release());

  for (const [i, { subject, server }] of subjects.entries()) {
    test(subject, async () => {
      const client = authority.client(`subject-${i}`, subject);
      const want = server ?? rfc2253Subject(client.certificate);
      const { context, page, seen } = await openPage(browser, place.url);
      try {
        await ready(page);
        await choose(page, client.certificate);
        await userName(page).waitFor();
        assert.equal(await userName(page).textContent(), want);
        assert.equal(await copied(page, userNameLabel), want);
        assert.equal(JSON.parse(commandLine("inspect", client.certificate, "--json")).username, want);
        assertClean(seen);
      } finally {
        await context.close();
      }
    });
  }
});
