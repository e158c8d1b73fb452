// What people do with the page, besides the one journey: find a client, copy the call alone, choose another form of file, ask
// what an error means, handle many certificates, ask for a new one.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { certuri, root, ships } from "./artifacts.mjs";
import { assertClean, assertNothingKept, launch, openPage } from "./browser.mjs";
import { openssl } from "./certificates.mjs";
import { fixedCertificate, fixedCrowd, fixedKey } from "./fixed-certificates.mjs";
import { choose, code, copied, pick, pickClient, ready, saved, unlock, userName } from "./page.mjs";

const sample = `${root}contract/sample.p12`;
const alice = "CN=alice,OU=Data,O=Example Corp,C=US";
let browser, folder, place;

before(async () => {
  folder = mkdtempSync(join(tmpdir(), "certuri-work-"));
  [browser, place] = await Promise.all([launch(), ships.site()]);
});
after(async () => {
  await browser?.close();
  place?.release();
  rmSync(folder, { recursive: true, force: true });
});

function write(name, content) {
  writeFileSync(join(folder, name), content);
  return join(folder, name);
}

/** Works on a fresh page; afterwards nothing was asked for, logged or kept. */
async function work(steps, secrets = []) {
  const opened = await openPage(browser, place.url);
  try {
    await ready(opened.page);
    const loaded = opened.seen.requests.length;
    await steps(opened.page);
    assert.deepEqual(opened.seen.requests.slice(loaded), [], "requests after loading");
    assertClean(opened.seen);
    await assertNothingKept(opened, secrets);
  } finally {
    await opened.context.close();
  }
}

test("a client is found by keys alone", () =>
  work(async (page) => {
    const client = page.getByRole("combobox", { name: "Client", exact: true });
    await page.keyboard.press("t");
    await page.getByRole("option", { name: "PyMongo", exact: true }).waitFor();
    await page.keyboard.type("golang");
    assert.deepEqual(await page.locator("#targets [role=option]:visible").allTextContents(), ["Go driver", "Go driver v1"]);
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("Enter");
    assert.equal(await client.inputValue(), "Go driver v1");
    await code(page).filter({ hasText: "package main" }).waitFor();

    await page.keyboard.press("ArrowDown");
    await page.keyboard.type("fortran");
    await page.getByText("No client of that name.").waitFor();
    await page.keyboard.press("Escape");
    assert.equal(await client.inputValue(), "Go driver v1", "Escape changes nothing");
    assert.equal(await client.getAttribute("aria-expanded"), "false");
  }));

test("the call alone is a part of the program; further files have their own Copy", () =>
  work(async (page) => {
    const program = await copied(page, "Code");
    const call = await copied(page, "Copy call");
    assert.ok(program.includes(call) && call.length < program.length, call);
    assert.match(call, /MongoClient\(/);
    assert.doesNotMatch(call, /import|ping/);

    await pickClient(page, "Spring Boot");
    await page.getByText("application.properties").first().waitFor();
    assert.match(await copied(page, "Application.java"), /SpringApplication/);
  }));

test("the link brings back client, style and deployment, and nothing else", async () => {
  let link;
  await work(async (page) => {
    await pickClient(page, "Ruby driver");
    await pick(page, "Replica set");
    await page.getByLabel("Members").fill("secret.example.net");
    link = await copied(page, "Copy link");
    assert.ok(!link.includes("secret"), link);
  }, ["secret"]);
  const { context, page } = await openPage(browser, link);
  try {
    await ready(page);
    assert.equal(await page.getByRole("combobox", { name: "Client", exact: true }).inputValue(), "Ruby driver");
    assert.ok(await page.getByRole("radio", { name: "Replica set" }).isChecked());
    assert.equal(await page.getByLabel("Members").inputValue(), "");
  } finally {
    await context.close();
  }
});

test("another form of file, and how to make it in a shell", () =>
  work(async (page) => {
    await choose(page, sample);
    await unlock(page, sample, "sample");
    await userName(page).waitFor();
    await page.getByLabel("Form of the file").selectOption("key-pem");
    await page.getByRole("textbox", { name: "New password of the saved key" }).fill("correct horse");
    const key = await saved(page);
    assert.match(openssl("pkey", "-in", key.path, "-passin", "pass:correct horse", "-noout", "-text"), /Private-Key/);
    await page.locator(".needed-done summary").click();
    const commands = await copied(page, "The same in a shell, with openssl or keytool");
    assert.match(commands, /openssl .*sample\.p12/);
    assert.ok(!commands.includes("correct horse"), "no password stands in the commands");
  }, ["correct horse"]));

test("a Java key store that keytool reads", () =>
  work(async (page) => {
    await choose(page, sample);
    await unlock(page, sample, "sample");
    await userName(page).waitFor();
    await pickClient(page, "Java driver");
    await page.getByLabel("Form of the file").selectOption("jks");
    await page.getByRole("textbox", { name: "New password of the saved key" }).fill("correct horse");
    const store = await saved(page);
    const { stdout } = spawnSync("keytool", ["-list", "-keystore", store.path, "-storepass:env", "STORE_PASSWORD"],
      { encoding: "utf8", env: { ...process.env, STORE_PASSWORD: "correct horse" } });
    assert.match(stdout, /Keystore type: JKS[^]*PrivateKeyEntry/);
  }, ["correct horse"]));

test("an error message is explained, and the name in it laid beside the certificate's", () =>
  work(async (page) => {
    await choose(page, write("alice.pem", fixedCertificate(alice) + fixedKey(alice)));
    await userName(page).waitFor();
    // Pasted anywhere, an error goes to its box and not into a file.
    const text = 'MongoServerError: Could not find user "CN=Alice,OU=Data,O=Example Corp,C=US" for db "$external"';
    await page.evaluate((text) => navigator.clipboard.writeText(text), text);
    await page.getByRole("heading", { name: "Use it" }).focus();
    await page.keyboard.press("Control+v");
    await page.getByText("$external has no user with the certificate's subject as its name.").waitFor();
    const rows = page.locator(".diff tbody tr");
    assert.deepEqual(await rows.evaluateAll((all) => all.map((row) => row.dataset.state)), ["differs", "same", "same", "same"]);
    assert.deepEqual(await rows.first().locator("mark").allTextContents(), ["A", "a"]);
    await page.getByLabel("What it says").fill(alice);
    await page.getByText("The names are equal, byte for byte.").waitFor();
  }, ["Alice"]));

test("advice speaks of the page, and its labels lead there", () =>
  work(async (page) => {
    await page.getByLabel("What it says").fill('Could not find user "CN=alice" for db "$external"');
    await page.locator(".message .findings dd code").filter({ hasText: "createUser" }).waitFor();
    await page.getByRole("button", { name: "On the server", exact: true }).click();
    await page.locator("h3:focus").filter({ hasText: "On the server" }).waitFor();
    await page.getByLabel("What it says").fill("java.io.IOException: keystore password was incorrect");
    const advice = page.locator(".message .findings dl");
    await advice.first().waitFor();
    assert.doesNotMatch((await advice.allTextContents()).join(" "), /certuri (inspect|convert|diff)|--password-env/);
    // One that stands in a closed part: the host is an address, and only the server's certificate tells more.
    await choose(page, write("server-side.pem", fixedCertificate(alice) + fixedKey(alice)));
    await page.getByLabel("Host", { exact: true }).fill("10.0.0.5");
    const subject = page.getByLabel("Or only its subject");
    assert.equal(await subject.isVisible(), false);
    await page.getByText("You connect to 10.0.0.5").click();
    await page.getByRole("button", { name: "About the server", exact: true }).click();
    await subject.waitFor();
  }));

test("the browser verifies that the CA file signed the server's certificate, not only that it has the name", () =>
  work(async (page) => {
    writeFileSync(join(folder, "ca.ext"), "basicConstraints=critical,CA:TRUE\nsubjectKeyIdentifier=010203\n");
    writeFileSync(join(folder, "db.ext"), "subjectAltName=DNS:db.example.net\nauthorityKeyIdentifier=none\n");
    const at = (name) => join(folder, name);
    await page.getByLabel("Host", { exact: true }).fill("db.example.net");
    await page.locator(".server > summary").click();
    await choose(page, write("client.pem", fixedCertificate(alice) + fixedKey(alice)));
    const give = async (button, path) => {
      const [dialog] = await Promise.all([page.waitForEvent("filechooser"), page.locator("button").filter({ hasText: button }).click()]);
      await dialog.setFiles(path);
    };
    for (const [kind, options] of Object.entries({
      rsa: ["-newkey", "rsa:2048"],
      pss: ["-newkey", "rsa:2048", "-sigopt", "rsa_padding_mode:pss", "-sigopt", "rsa_pss_saltlen:32"],
      ec: ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-384"],
    })) {
      for (const name of ["first", "second"]) {
        openssl("req", "-new", "-noenc", "-subj", "/CN=Example CA", "-keyout", at(`${name}.key`), "-out", at(`${name}.csr`), ...options);
        openssl("x509", "-req", "-in", at(`${name}.csr`), "-signkey", at(`${name}.key`), "-days", "300", "-extfile", at("ca.ext"), "-out", at(`${kind}-${name}.pem`));
      }
      openssl("req", "-new", "-noenc", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-subj", "/CN=db", "-keyout", at("db.key"), "-out", at("db.csr"));
      openssl("x509", "-req", "-in", at("db.csr"), "-CA", at(`${kind}-first.pem`), "-CAkey", at("first.key"), "-days", "300", "-extfile", at("db.ext"),
        "-out", at(`${kind}-db.pem`), ...options.filter((_, i) => options.includes("-sigopt") && i >= 2));
      await give("Choose the server's certificate", at(`${kind}-db.pem`));
      const wrong = page.getByText("The CA file has an authority of the right name");
      await give("Choose the CA file", at(`${kind}-second.pem`));
      await wrong.waitFor();
      await page.getByRole("button", { name: "Take back: Choose the CA file" }).click();
      await give("Choose the CA file", at(`${kind}-first.pem`));
      await page.locator(".good li").filter({ hasText: "the CA file has the issuer of the server's certificate" }).waitFor({ state: "attached" });
      assert.equal(await wrong.count(), 0, kind);
      for (const what of ["the server's certificate", "the CA file"]) await page.getByRole("button", { name: `Take back: Choose ${what}` }).click();
    }
  }));

test("the report for a ticket has no name, host or path in it", () =>
  work(async (page) => {
    await page.getByLabel("Host", { exact: true }).fill("db.example.net");
    await choose(page, write("reports.pem", fixedCertificate("CN=reports,O=Secret Corp", { to: "2026-02-01" })));
    await page.getByText("A login from PyMongo will fail.").waitFor();
    const report = await copied(page, "Copy report");
    assert.match(report, /^certuri doctor .*\n.*verdict: will-not-work/);
    for (const secret of ["reports", "Secret", "db.example"]) assert.ok(!report.includes(secret), report);
  }, ["Secret"]));

test("a folder of certificates: found, sorted, and one script for all of their users", () =>
  work(async (page) => {
    const team = join(folder, "team");
    mkdirSync(team);
    fixedCrowd(12).match(/-----BEGIN[^]*?-----END CERTIFICATE-----\n/g).forEach((pem, i) => writeFileSync(join(team, `${i}.crt`), pem));
    writeFileSync(join(team, ".hidden"), "not a certificate");
    await page.locator("input[webkitdirectory]").setInputFiles(team);
    await page.getByText("12 certificates could log in").waitFor();
    await page.getByText("12 files opened", { exact: true }).waitFor();

    const names = () => page.locator(".many tbody label").allTextContents();
    const dates = await page.locator(".many tbody td:nth-child(2)").evaluateAll((all) => all.map((cell) => Date.parse(cell.firstChild.textContent)));
    assert.deepEqual(dates, dates.toSorted((a, b) => a - b), "what ends first stands first");
    await page.getByRole("button", { name: "User name", exact: true }).click();
    assert.deepEqual(await names(), (await names()).toSorted());
    await page.getByLabel("Search user names and files").fill("OU=Payments");
    assert.deepEqual((await names()).map((name) => /OU=(\w+)/.exec(name)[1]), ["Payments", "Payments", "Payments"]);

    await page.locator(".server-texts .segmented label").filter({ hasText: "All 12" }).click();
    await page.getByText("create-users.js").waitFor();
    const script = await copied(page, "On the server");
    for (let i = 1; i <= 12; i++) assert.ok(script.includes(`"CN=service-${String(i).padStart(3, "0")},`), `${i} is missing`);
  }, ["service-001"]));

test("a request that openssl takes, and a kit whose client certificate opens", () =>
  work(async (page) => {
    await page.getByLabel("User name that it is to have").fill("CN=dave,OU=Data,O=Example Corp");
    const downloads = [];
    page.on("download", (download) => downloads.push(download));
    await page.getByRole("button", { name: "Save the request" }).click();
    await page.getByText("Saved: client.csr, client.key.").first().waitFor();
    const path = async (name) => downloads.find((download) => download.suggestedFilename() === name).path();
    const csr = await path("client.csr");
    assert.match(openssl("req", "-in", csr, "-noout", "-verify", "-subject", "-nameopt", "RFC2253"), /CN=dave,OU=Data,O=Example Corp/);
    assert.equal(openssl("req", "-in", csr, "-noout", "-pubkey"), openssl("pkey", "-in", await path("client.key"), "-pubout"));

    await page.getByRole("button", { name: "Save the test kit" }).click();
    await page.getByText("Saved: certuri-testkit.zip.").first().waitFor();
    const archive = write("kit.zip", readFileSync(await path("certuri-testkit.zip")));
    const { stdout } = spawnSync(certuri, ["inspect", archive, "--json"], { encoding: "utf8" });
    assert.match(stdout, /"CN=alice,OU=Clients,O=Test clients"/, "certuri itself reads the kit");
  }, ["dave"]));

/** An authority as people meet it: it signs a request, and may change what was asked for. */
class Office {
  constructor(name) {
    this.key = join(folder, `${name}.key`);
    this.pem = join(folder, `${name}.pem`);
    openssl("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-noenc", "-days", "30", "-subj", "/CN=Office", "-keyout", this.key, "-out", this.pem);
  }

  /** @param {string} csr @param {string} name of the file @param {{ subject?: string, purpose?: string, publicKey?: string }} [changes] */
  sign(csr, name, { subject, purpose = "clientAuth", publicKey } = {}) {
    const path = join(folder, name);
    openssl("x509", "-req", "-in", csr, "-CA", this.pem, "-CAkey", this.key, "-days", "9", "-out", path, "-extfile", write(`${name}.ext`, `extendedKeyUsage=${purpose}\n`),
      ...(subject ? ["-subj", subject] : []), ...(publicKey ? ["-force_pubkey", publicKey] : []));
    return path;
  }
}

const compared = (page) => page.getByRole("region", { name: "Compared with your request" });
const daveName = "CN=dave,OU=Data,O=Example Corp";

test("what an authority sent back is compared with the request beside it", async () => {
  const office = new Office("office");
  const [csr, key, other] = ["dave.csr", "dave.key", "other.key"].map((name) => join(folder, name));
  openssl("req", "-new", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-noenc", "-utf8", "-subj", "/O=Example Corp/OU=Data/CN=dave", "-keyout", key, "-out", csr);
  openssl("genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256", "-out", other);
  openssl("pkey", "-in", other, "-pubout", "-out", `${other}.pub`);
  for (const { says, first, changes } of [
    { says: "This is the certificate that you asked for." },
    { says: "This is not what you asked for, and cannot be used.", first: "The certificate is for another key.", changes: { publicKey: `${other}.pub` } },
    { says: "This is not quite what you asked for.", first: "The authority changed the subject, and so the user name.", changes: { subject: "/O=Example Corp/CN=Dave D" } },
    { says: "This is not what you asked for, and cannot be used.", first: "The certificate may not be used by clients.", changes: { purpose: "serverAuth" } },
  ]) {
    await work(async (page) => {
      // The request first, as it lies in the folder: alone it is no certificate.
      await choose(page, csr);
      await page.getByText("This is a certificate request, not a certificate.").first().waitFor();
      await choose(page, office.sign(csr, "dave.crt", changes), key);
      await compared(page).getByText(says).waitFor();
      const found = compared(page).locator("summary .what");
      assert.deepEqual(await found.allTextContents(), first ? [first] : []);
      await page.getByRole("listitem").filter({ hasText: "Certificate request" }).waitFor();
      assert.equal(await page.getByText("This is a certificate request, not a certificate.").filter({ visible: true }).count(), 0);
      const names = await compared(page).locator("dd:visible > span:first-child").allTextContents();
      assert.deepEqual(names.slice(0, 2), changes?.subject ? [daveName, "CN=Dave D,O=Example Corp"] : [], "names are shown where they differ");

      // Without the request there is nothing to compare.
      await page.getByRole("button", { name: "Remove dave.csr" }).click();
      await compared(page).waitFor({ state: "hidden" });
    }, ["dave"]);
  }
});

test("what came back for a request that was made here is compared, and no other certificate", async () => {
  const office = new Office("bureau");
  await work(async (page) => {
    const old = write("old.pem", fixedCertificate(daveName) + fixedKey(daveName));
    await choose(page, old);
    await userName(page).waitFor();
    await page.getByLabel("User name that it is to have").fill(daveName);
    const downloads = [];
    page.on("download", (download) => downloads.push(download));
    await page.getByRole("button", { name: "Save the request" }).click();
    await page.getByText("Saved: client.csr, client.key.").first().waitFor();
    const csr = await downloads.find((download) => download.suggestedFilename() === "client.csr").path();

    await choose(page, write("carol.pem", fixedCertificate("CN=carol,O=Example Corp")));
    await page.getByText("2 certificates could log in").waitFor();
    await choose(page, office.sign(csr, "renamed.crt", { subject: "/CN=dave" }));
    await compared(page).getByText("This is not quite what you asked for.").waitFor();
    const names = await compared(page).locator("dd:visible > span:first-child").allTextContents();
    assert.deepEqual(names.slice(0, 2), [daveName, "CN=dave"]);

    await page.getByRole("button", { name: "Remove renamed.crt" }).click();
    await compared(page).waitFor({ state: "hidden" });

    await choose(page, office.sign(csr, "dave2.crt"));
    await compared(page).getByText("This is the certificate that you asked for.").waitFor();
    await page.getByRole("button", { name: "Clear all" }).click();
    await page.getByRole("button", { name: "Undo" }).click();
    await page.getByText("3 certificates could log in").waitFor();
    assert.ok(!(await compared(page).isVisible()), "Clear forgets the request");
  }, ["dave"]);
});

test("what was not opened is removed with one button", () =>
  work(async (page) => {
    const notes = ["a.txt", "b.txt", "c.txt"].map((name) => write(name, "The certificate is on the share.\n"));
    await choose(page, sample, notes[0]);
    await page.locator(".files [data-state=refused]").waitFor();
    assert.equal(await page.getByRole("button", { name: /^Remove the/ }).count(), 0, "one has its own button");
    await choose(page, ...notes.slice(1));
    await page.evaluate(() => {
      globalThis.heard = [];
      const status = document.querySelector("x509-connect").shadowRoot.querySelector(".connect > [role=status]");
      new MutationObserver(() => globalThis.heard.push(status.textContent)).observe(status, { childList: true, characterData: true, subtree: true });
    });
    const remove = page.getByRole("button", { name: "Remove the 3 not opened" });
    await remove.focus();
    await page.keyboard.press("Enter");
    await remove.waitFor({ state: "hidden" });
    await page.getByText("3 files removed.").first().waitFor();
    assert.deepEqual(await page.locator(".files .file-name").allTextContents(), ["sample.p12"]);
    assert.equal(await page.evaluate(() => document.querySelector("x509-connect").shadowRoot.activeElement?.textContent), "Add files");
    assert.deepEqual(await page.evaluate(() => globalThis.heard.filter(Boolean)), ["3 files removed."]);
  }));

test("what every Copy gives is what is shown, and only a file ends with a line end", () =>
  work(async (page) => {
    await choose(page, sample);
    await unlock(page, sample, "sample");
    await page.locator("#verdict").waitFor();
    await page.getByRole("textbox", { name: "New password of the saved key" }).fill("correct horse");
    await saved(page);
    await page.locator(".needed-done summary").click();
    /** Presses each button that is in sight; says what is wrong with what it copies. */
    const press = () =>
      page.evaluate(async () => {
        const root = document.querySelector("x509-connect").shadowRoot;
        const wrong = [];
        let pressed = 0;
        for (const button of root.querySelectorAll("button.copy")) {
          if (!button.checkVisibility()) continue;
          let text = "";
          navigator.clipboard.writeText = async (copied) => void (text = copied);
          const calls = button === button.closest(".copies")?.querySelector("button");
          button.click();
          pressed++;
          const figure = button.closest("figure");
          const whole = figure?.querySelector("code").textContent;
          const shown = figure ? (calls ? figure.querySelector(".call").textContent.replace(/\n$/, "") : whole) : ((button.closest("dd")?.firstElementChild ?? button.closest(".hero")?.querySelector("p.name"))?.textContent ?? text);
          const isFile = !calls && Boolean(figure?.querySelector(".code-file:not([hidden])"));
          const what = `${figure?.querySelector("figcaption").textContent ?? button.textContent}: ${JSON.stringify(text)}`;
          if (text === "") wrong.push(`nothing: ${what}`);
          if (text !== shown) wrong.push(`not what is shown: ${what}`);
          if (/[ \t\r]$/m.test(text)) wrong.push(`a blank at the end of a line: ${what}`);
          if (isFile ? !/[^\n]\n$/.test(text) : text.endsWith("\n")) wrong.push(`its end: ${what}`);
        }
        return { wrong, pressed };
      });
    let pressed = 0;
    const check = async () => {
      await page.locator(".use-body[aria-busy]").waitFor({ state: "detached" });
      const found = await press();
      assert.deepEqual(found.wrong, []);
      pressed += found.pressed;
    };
    await check();
    const client = page.getByRole("combobox", { name: "Client", exact: true });
    await client.click();
    const labels = await page.locator("#targets [role=option]").allTextContents();
    await page.keyboard.press("Escape");
    for (const label of labels) {
      await pickClient(page, label);
      for (const style of await page.locator(".use-head .segmented label").all()) {
        if (await style.isVisible()) await style.click();
        await check();
      }
    }
    const server = page.locator("#server-text");
    for (const value of await server.locator("option").evaluateAll((all) => all.map((option) => option.value))) {
      await server.selectOption(value);
      await check();
    }
    assert.ok(pressed > 300, `${pressed} buttons were pressed`);
  }));
