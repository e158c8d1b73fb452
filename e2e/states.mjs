// Every state that the page can be in, for axe and for pictures. Each says how it is reached from the one before it in its
// list, and which part of the page shows it. The files are the same bytes every time.
import { mkdtempSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { root } from "./artifacts.mjs";
import { pkcs12Forms, openssl } from "./certificates.mjs";
import { fixedCertificate, fixedCrowd, fixedKey } from "./fixed-certificates.mjs";
import { choose, passwordOf, pick, pickClient, saved, unlock, userName } from "./page.mjs";

/** The files that the states open, in a folder of their own. */
export class StateFiles {
  folder = mkdtempSync(join(tmpdir(), "certuri-states-"));
  sample = `${root}contract/sample.p12`;
  constructor() {
    const alice = "CN=alice,OU=Data,O=Example Corp,C=US";
    const bob = "CN=bob,OU=Data,O=Example Corp,C=US";
    const carol = "CN=carol,OU=Payments,O=Example Corp,C=US";
    this.alice = this.#write("alice.pem", fixedCertificate(alice) + fixedKey(alice));
    this.bob = this.#write("bob.pem", fixedCertificate(bob, { to: "2026-12-12" }) + fixedKey(bob));
    this.carol = this.#write("carol.pem", fixedCertificate(carol, { to: "2029-01-31" }) + fixedKey(carol));
    this.expired = this.#write("expired.pem", fixedCertificate("CN=reports,OU=Data,O=Example Corp", { from: "2024-01-01", to: "2025-01-01" }));
    this.stray = this.#write("other.key", fixedKey("someone else"));
    this.crowd = this.#write("team.pem", fixedCrowd(200));
    this.notes = this.#write("notes.txt", "The certificate is on the share.\n");
    this.large = this.#write("backup.tar", "");
    truncateSync(this.large, 33 * 1024 * 1024);
    this.asked = join(this.folder, "alice.csr");
    openssl("req", "-new", "-key", this.alice, "-subj", "/C=US/O=Example Corp/OU=Data/CN=alice.smith", "-out", this.asked);
    this.slow = join(this.folder, "slow.p12");
    openssl("pkcs12", "-export", "-in", this.alice, "-inkey", this.alice, "-name", "alice", "-passout", "pass:secret", ...pkcs12Forms["2,000,000 rounds"], "-out", this.slow);
  }

  #write(name, content) {
    const path = join(this.folder, name);
    writeFileSync(path, content);
    return path;
  }

  remove() {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

const brokenURI =
  'URI="mongodb://CN=alice,O=a/b@db1.example.net,db2.example.net?replicaSet=rs0&authMechanism=MONGODB-X509&authSource=admin' +
  '&tlsCertificateKeyFile=/etc/ssl/client.pem&tlsCertificateKeyFilePassword=secret&retryWrites=true&proxyPassword=secret"';

const button = (page, name) => page.getByRole("button", { name, exact: true });
const certificate = "[part=certificate]";
const deployment = "[part=deployment]";
const use = "[part=use]";
const message = "[part=message]";

/** A name, what of the page shows the state (null: the window as it is; "page": all of it), and the way there. */
export const states = [
  ["empty", "page", async () => {}],
  ["pasting", certificate, (page) => button(page, "Paste text").click()],
  ["dragging", null, async (page) => {
    await button(page, "Cancel").click();
    await page.evaluate(() => {
      const data = new DataTransfer();
      data.items.add(new File([], "client.p12"));
      const drag = () => document.dispatchEvent(new DragEvent("dragover", { dataTransfer: data, cancelable: true }));
      drag();
      globalThis.dragging = setInterval(drag, 200);
    });
    await page.getByText("Drop to open them here").waitFor();
  }],
  ["locked", certificate, async (page, files) => {
    await page.evaluate(() => clearInterval(globalThis.dragging));
    await choose(page, files.sample);
    await passwordOf(page, files.sample).waitFor();
    await page.getByText("Drop to open them here").waitFor({ state: "hidden" });
  }],
  ["wrong-password", certificate, async (page, files) => {
    await unlock(page, files.sample, "wrong");
    await page.locator("[aria-invalid=true]").waitFor();
  }],
  ["open", "page", async (page, files) => {
    await unlock(page, files.sample, "sample");
    await userName(page).waitFor();
    await page.locator("#verdict").waitFor();
  }],
  ["details", certificate, async (page) => {
    for (const summary of await page.locator(`${certificate} summary:visible`).all()) await summary.click();
  }],
  ["clients", use, async (page) => page.getByRole("combobox", { name: "Client", exact: true }).click()],
  ["saved", use, async (page) => {
    await page.keyboard.press("Escape");
    await pickClient(page, "Java driver");
    await page.getByRole("textbox", { name: "New password of the saved key" }).fill("correct horse");
    await saved(page);
    await page.locator(".needed-done summary").click();
  }],
  ["cleared", certificate, async (page) => {
    await button(page, "Clear all").click();
    await button(page, "Undo").waitFor();
  }],
  ["findings", certificate, async (page, files) => {
    await choose(page, files.expired, files.stray);
    await userName(page).waitFor();
    await page.locator(".result .findings:not(.reply) summary").first().click();
  }],
  ["refused", certificate, async (page, files) => {
    await choose(page, files.large, files.notes);
    await page.getByText("larger than 32 MiB").first().waitFor();
  }],
  ["several", certificate, async (page, files) => {
    await button(page, "Clear all").click();
    await choose(page, files.alice, files.bob, files.carol);
    await page.getByText("3 certificates could log in").waitFor();
  }],
  ["locked-files", certificate, async (page, files) => {
    await choose(page, files.sample, files.sample, files.stray, files.expired, files.notes, files.sample);
    await page.getByRole("textbox", { name: "Password of all locked files" }).waitFor();
  }],
  ["many", certificate, async (page, files) => {
    await button(page, "Clear all").click();
    await choose(page, files.crowd);
    await page.getByText("200 certificates could log in").waitFor();
  }],
  ["create-users", use, async (page) => {
    await pickClient(page, "mongosh");
    // The findings above change with the client; what is clicked before would move away under the mouse.
    await page.getByText("A login from mongosh will fail.").waitFor();
    await page.locator(".server-texts .segmented label").last().click();
    await page.getByLabel("Roles").fill("readWrite@app clusterMonitor");
    await page.keyboard.press("Enter");
    await page.getByText("create-users.js").waitFor();
  }],
  ["form", deployment, async (page) => {
    await pick(page, "Replica set");
    await page.getByLabel("Members").fill("db1.example.net, db2:270170");
    await pick(page, "In the snippet");
    await page.locator(".server > summary").click();
    await page.getByLabel("Or only its subject").fill("not a name");
    await page.locator(`${deployment} [aria-invalid=true]`).nth(1).waitFor();
  }],
  ["uri", deployment, async (page) => {
    await page.getByLabel("Or only its subject").fill("");
    await button(page, "Paste a URI").click();
    await page.getByLabel("The connection string that you have").fill(brokenURI);
    const findings = page.locator(".uri summary");
    await findings.first().click();
    await findings.last().click();
  }],
  ["message", message, async (page, files) => {
    await button(page, "Clear all").click();
    await choose(page, files.alice);
    await userName(page).waitFor();
    await page.getByLabel("What it says").fill('MongoServerError: Could not find user "CN=Alice, OU=Data,O=Example Corp" for db "$external"');
    await page.locator(".diff tr[data-state]").first().waitFor();
  }],
  ["reply", certificate, async (page, files) => {
    await choose(page, files.asked);
    await page.getByText("The authority changed the subject").click();
  }],
  ["request", "[part=request]", async (page) => {
    await page.getByLabel("User name that it is to have").fill("CN=dave,OU=Data,O=Example Corp");
    await Promise.all([page.waitForEvent("download"), button(page, "Save the request").click()]);
    await page.getByText("Saved: client.csr, client.key.").first().waitFor();
  }],
  ["shortcuts", null, async (page) => {
    await page.evaluate(() => scrollTo(0, 0));
    await button(page, "Keyboard shortcuts").click();
  }],
  ["unlocking", certificate, async (page, files) => {
    await page.keyboard.press("Escape");
    await choose(page, files.slow);
    await unlock(page, files.slow, "secret");
    await button(page, "Cancel").waitFor();
  }],
  ["cancelled", certificate, async (page) => {
    await button(page, "Cancel").click();
    await page.getByText("Cancelled.").first().waitFor();
  }],
];

/**
 * The engine cannot be loaded.
 *
 * @param page or the context: the widget's worker loads it, not the page
 */
export async function breakEngine(page) {
  await page.route(/certuri.*\.wasm/, (route) => route.abort());
}
